#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/error.hpp"

#include <string_view>

namespace muster::http::rest {

/// The alarm of a body; what the server gives to it is not looked at. Errors: malformed, invalid,
/// and not_found without an originator.
[[nodiscard]] result<alarm> read_alarm(std::string_view text);

/// An identifier and the `comment`, an object with a text.
[[nodiscard]] result<alarm_comment> read_alarm_comment(std::string_view text);

} // namespace muster::http::rest
