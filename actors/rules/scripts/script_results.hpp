#pragma once

#include "actors/model/error.hpp"
#include "actors/rules/scripts/script.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What a script returned, read from the JSON text that script_engine::run gave. Pure. Error:
/// invalid, with what was expected.

result<bool> filter_result(std::string_view json);

/// The relations to follow; none when the array was empty.
result<std::vector<std::string>> switch_result(std::string_view json);

result<std::string> string_result(std::string_view json);

/// What a transform or a generator changed; what is missing stays as it was.
struct transformed_message {
  /// JSON text.
  std::optional<std::string> msg;
  std::optional<std::map<std::string, std::string, std::less<>>> metadata;
  std::optional<std::string> type;

  friend bool operator==(const transformed_message&, const transformed_message&) = default;
};

/// Of an object one, of an array as many as it has. Metadata that are numbers or booleans become
/// their text, nulls are left out; objects and arrays are refused in JavaScript and become their
/// JSON text in TBEL.
result<std::vector<transformed_message>> transform_result(std::string_view json,
                                                          script_language language);

} // namespace muster
