#pragma once

#include "actors/model/value.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>

namespace muster {

/// A finite decimal number and nothing else.
std::optional<double> number_in(std::string_view text) noexcept;

/// Numbers, and texts that are numbers; else nothing.
std::optional<double> number_of(const value& what) noexcept;
std::optional<double> number_of(const nlohmann::ordered_json& what) noexcept;

/// To so many digits behind the point, halves away from zero, as the number is written in decimals.
double rounded(double number, int digits) noexcept;

/// A whole number as a long where that holds it, else a double. `number` is finite.
value value_of_number(double number) noexcept;

} // namespace muster
