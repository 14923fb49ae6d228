#pragma once

#include "actors/model/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// A value as rules compare it (reference rules, section 4.5). Pure.

/// True is 1, false 0; texts are read. Nothing: no number.
std::optional<double> alarm_number(const value& what) noexcept;

/// A number is true when it is above zero, a text when it says so in any case.
bool alarm_flag(const value& what) noexcept;

/// As it is written.
std::string alarm_text(const value& what);

/// Whether a list of texts with commas between, each in quotes or not, has it.
bool listed(std::string_view list, std::string_view text) noexcept;

} // namespace muster
