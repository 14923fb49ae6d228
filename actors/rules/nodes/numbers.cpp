#include "actors/rules/nodes/numbers.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace muster {

namespace {

/// The longest double without an exponent has some 1080 characters.
using decimal_digits = std::array<char, 1'200>;

} // namespace

std::optional<double> number_in(std::string_view text) noexcept {
  double read = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), read);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(read) ? std::optional(read) : std::nullopt;
}

std::optional<double> number_of(const value& what) noexcept {
  if (const auto* whole = std::get_if<std::int64_t>(&what)) {
    return static_cast<double>(*whole);
  }
  if (const auto* real = std::get_if<double>(&what)) {
    return *real;
  }
  const auto* text = std::get_if<std::string>(&what);
  return text != nullptr ? number_in(*text) : std::nullopt;
}

std::optional<double> number_of(const nlohmann::ordered_json& what) noexcept {
  if (what.is_number()) {
    return what.get<double>();
  }
  return what.is_string() ? number_in(what.get_ref<const std::string&>()) : std::nullopt;
}

double rounded(double number, int digits) noexcept {
  decimal_digits written{};
  auto* const begin = written.data();
  auto* const space = begin + written.size();
  const auto* const end = std::to_chars(begin, space, number, std::chars_format::fixed).ptr;
  const std::string_view text(begin, static_cast<std::size_t>(end - begin));
  const auto point = text.find('.');
  if (point == std::string_view::npos || text.size() - point - 1 <= std::size_t(digits)) {
    return number;
  }
  const bool up = text[point + 1 + std::size_t(digits)] >= '5';
  double kept = 0;
  std::from_chars(begin, begin + point + 1 + digits, kept);
  if (!up) {
    return kept;
  }
  // What the sum lacks in exactness is beyond the digits that are written.
  const double next = kept + std::copysign(std::pow(10.0, -digits), number);
  const auto* const last = std::to_chars(begin, space, next, std::chars_format::fixed, digits).ptr;
  std::from_chars(begin, last, kept);
  return kept;
}

value value_of_number(double number) noexcept {
  constexpr double beyond_long = 9223372036854775808.0;
  const bool whole = std::trunc(number) == number && std::fabs(number) < beyond_long;
  return whole ? value(static_cast<std::int64_t>(number)) : value(number);
}

} // namespace muster
