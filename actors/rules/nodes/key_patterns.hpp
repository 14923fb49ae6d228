#pragma once

#include "actors/rules/nodes/configuration.hpp"

#include <regex>
#include <string>
#include <vector>

namespace muster {

/// Regular expressions that match whole keys, in time that grows with the key's length only.
/// Immutable, used by many threads at once.
class key_patterns {
public:
  /// The member `name`, a list. What is no expression is refused there.
  static key_patterns read(configuration_reader& from, std::string_view name);

  bool match(const std::string& key) const;

private:
  std::vector<std::regex> patterns_;
};

} // namespace muster
