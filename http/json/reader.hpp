#pragma once

#include "actors/model/error.hpp"
#include "actors/model/telemetry.hpp"
#include "actors/model/value.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON text to model types. All functions are pure and may be called from any thread. Text is read
/// strictly first; only what that refuses is read again leniently, unless a function says
/// otherwise. Errors: `malformed` (syntax with line and column, shape with the path) and `invalid`
/// (a key that breaks a rule, or too many of them).
namespace muster::http::json {

/// What a null does as the value of a telemetry key or an attribute.
enum class null_rule : std::uint8_t {
  skip,  ///< The key is left out in silence (device API).
  refuse ///< `malformed` (application API).
};

struct reader_rules {
  /// `json.type_cast`: a string that looks like a number becomes one.
  bool type_cast = true;
  null_rule nulls = null_rule::skip;
};

/// One object, one with `ts` and `values`, or an array of both. Entries that hold no value are left
/// out, so the result may be empty.
[[nodiscard]] result<std::vector<telemetry_entry>> read_telemetry(std::string_view text,
                                                                  const reader_rules& rules);

/// One object of attributes; keys are distinct.
[[nodiscard]] result<std::vector<key_value>> read_attributes(std::string_view text,
                                                             const reader_rules& rules);

/// Name and value of one member.
using member = std::pair<std::string, json_text>;

/// The members of one object, each value as compact text; of equal names the last, at the place of
/// the first.
[[nodiscard]] result<std::vector<member>> read_members(std::string_view text);

/// Any document, as compact text. Empty text is `null`.
[[nodiscard]] result<json_text> read_document(std::string_view text);

/// Any document of strict JSON, as compact text; nothing is read leniently.
[[nodiscard]] result<json_text> read_strict(std::string_view text);

/// The text of one string, number or boolean.
[[nodiscard]] result<std::string> read_scalar(std::string_view text);

/// Why a key can't be used, or nothing: it is blank or has over 255 characters (code points).
[[nodiscard]] result<void> check_key(std::string_view key);

/// Whether the bytes are UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF.
[[nodiscard]] bool valid_utf8(std::string_view bytes) noexcept;

} // namespace muster::http::json
