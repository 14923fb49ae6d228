#pragma once

#include "actors/model/attribute.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/telemetry.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Model types to JSON text. Everything appends to a string that the caller owns; pure, any thread.
namespace muster::http::json {

/// How values of telemetry are shown to applications.
enum class value_form : std::uint8_t {
  text,  ///< Every value is a JSON string of its text (`useStrictDataTypes=false`).
  strict ///< Every value has its own JSON type, JSON values whole.
};

void append_integer(std::string& out, std::int64_t number);

/// The fewest digits that read back the same, with `.0` when whole; `1.0E21` and `1.0E-4` from 1e21
/// on and below 1e-3. Not finite: `null`.
void append_double(std::string& out, double number);

/// A JSON string with its quotes. Escaped are quotes, backslashes, control characters, U+2028 and
/// U+2029.
void append_string(std::string& out, std::string_view text);

/// `"name":`
void append_name(std::string& out, std::string_view name);

/// The value in its own JSON type.
void append_value(std::string& out, const value& what);
void append_value(std::string& out, const value& what, value_form form);

/// The value's text without quotes or escapes: `true`, `42`, `42.0`, the string, the JSON text.
[[nodiscard]] std::string text_of(const value& what);

/// `{"key":value,...}`
void append_object(std::string& out, const std::vector<key_value>& members);

/// `{"client":{...},"shared":{...}}`, empty sections left out.
void append(std::string& out, const device_attributes& what);
/// `{"key":value,...,"deleted":["key",...]}`, `deleted` only when there are some.
void append(std::string& out, const attribute_changes& what);
/// `{"id":1,"method":"...","params":...}`
void append(std::string& out, const rpc_delivery& what);
/// `[{"lastUpdateTs":1,"key":"...","value":...},...]`
void append(std::string& out, const std::vector<attribute>& what);
/// `{"ts":1,"value":...}`
void append_point(std::string& out, timestamp ts, const value& what, value_form form);

} // namespace muster::http::json
