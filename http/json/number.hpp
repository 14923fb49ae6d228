#pragma once

#include "actors/model/error.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::json {

/// The value of a number written as `-?digits[.digits][e[+-]digits]`, digits before or after the
/// point possibly missing: a long when it is whole and (has no point or has an exponent) and fits,
/// else a double when it has at most 16 decimals, else the string of its plain digits. Errors:
/// `malformed` for more than 1000 plain digits, and for every such string when `as_string` is
/// false.
[[nodiscard]] result<value> number_value(std::string_view text, bool as_string);

/// The value of a string when those that look like numbers become numbers: `-?`, digits of any
/// script, at most one point and not at the end. What can't be one stays the string.
[[nodiscard]] value cast_string(std::string_view text);

/// A number cut to a whole one; nullopt beyond 64 bits.
[[nodiscard]] std::optional<std::int64_t> truncated(std::string_view number) noexcept;

/// Whether the text is a number by the grammar of JSON, all of it.
[[nodiscard]] bool is_json_number(std::string_view text) noexcept;

} // namespace muster::http::json
