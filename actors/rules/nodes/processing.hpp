#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>

namespace muster {

/// Which messages a node saves, by its configuration's `processingSettings`.
struct processing {
  enum class kind : std::uint8_t { every_message, first_of_interval, none };
  kind what = kind::every_message;
  /// Of first_of_interval: at least 1000 ms.
  std::int64_t interval_ms = 0;

  friend bool operator==(const processing&, const processing&) = default;

  /// Intervals begin with the epoch.
  bool same_interval(timestamp a, timestamp b) const noexcept;
};

/// Null: every message. Error: invalid, also for settings that are possible elsewhere, as values
/// that are kept as history but not as the latest.
result<processing> read_processing(const nlohmann::json* settings);

} // namespace muster
