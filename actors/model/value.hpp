#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace muster {

/// A JSON document as compact UTF-8 text: member order and nulls are those of its sender, numbers
/// keep their kind.
struct json_text {
  std::string text;

  friend bool operator==(const json_text&, const json_text&) = default;
};

/// The five kinds of a value that devices and applications know: boolean, long, double, string,
/// JSON. The order of the alternatives is written to disk. Doubles are finite.
using value = std::variant<bool, std::int64_t, double, std::string, json_text>;

struct key_value {
  /// 1 to 255 characters (code points), not blank, valid UTF-8; checked where it enters.
  std::string key;
  value val;

  friend bool operator==(const key_value&, const key_value&) = default;
};

} // namespace muster
