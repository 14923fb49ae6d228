#pragma once

#include "actors/model/time.hpp"
#include "actors/model/value.hpp"

#include <optional>
#include <string>
#include <vector>

namespace muster {

/// One message of a device: values that share a time.
struct telemetry_entry {
  /// Absent: the device's actor gives the time, never older than the newest it gave.
  std::optional<timestamp> ts;
  /// Keys are distinct (the later one of equal names has won).
  std::vector<key_value> values;

  friend bool operator==(const telemetry_entry&, const telemetry_entry&) = default;
};

/// The newest value of a key by ts; of equal ts the later arrival.
struct latest_value {
  std::string key;
  timestamp ts = 0;
  value val;

  friend bool operator==(const latest_value&, const latest_value&) = default;
};

struct data_point {
  timestamp ts = 0;
  value val;

  friend bool operator==(const data_point&, const data_point&) = default;
};

} // namespace muster
