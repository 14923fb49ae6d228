#pragma once

#include "actors/model/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// How far a rule is that is not true at once.
struct rule_progress {
  /// Of the rule.
  std::uint64_t fingerprint = 0;
  // Of the first update that found its condition true: its own time, and the server's.
  timestamp since = 0;
  timestamp since_here = 0;
  /// Updates that found it true.
  std::int64_t repeats = 0;

  friend bool operator==(const rule_progress&, const rule_progress&) = default;
};

/// The rules of one device that are under way; empty for nearly all. A plain value.
using rules_progress = std::vector<rule_progress>;

/// Empty for none.
std::string write_progress(const rules_progress& progress);

/// What was written; of anything else nothing is under way.
rules_progress read_progress(std::string_view text);

} // namespace muster
