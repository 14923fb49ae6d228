#include "actors/rules/nodes/math_functions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace muster {

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Of whole numbers only: what is behind the point is cut off first.
double floor_div(double a, double b) noexcept {
  return std::trunc(b) == 0 ? undefined : std::floor(std::trunc(a) / std::trunc(b));
}

double floor_mod(double a, double b) noexcept {
  const double divisor = std::trunc(b);
  const double rest = std::fmod(std::trunc(a), divisor);
  return rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest;
}

double signum(double a, double) noexcept {
  return a == 0 || std::isnan(a) ? a : std::copysign(1.0, a);
}

/// In the order of the names.
constexpr std::array functions{
    math_function{"abs", 1, [](double a, double) noexcept { return std::fabs(a); }},
    math_function{"acos", 1, [](double a, double) noexcept { return std::acos(a); }},
    math_function{"add", 2, [](double a, double b) noexcept { return a + b; }},
    math_function{"asin", 1, [](double a, double) noexcept { return std::asin(a); }},
    math_function{"atan", 1, [](double a, double) noexcept { return std::atan(a); }},
    math_function{"atan2", 2, [](double a, double b) noexcept { return std::atan2(a, b); }},
    math_function{"cbrt", 1, [](double a, double) noexcept { return std::cbrt(a); }},
    math_function{"ceil", 1, [](double a, double) noexcept { return std::ceil(a); }},
    math_function{"cos", 1, [](double a, double) noexcept { return std::cos(a); }},
    math_function{"cosh", 1, [](double a, double) noexcept { return std::cosh(a); }},
    math_function{"deg", 1, [](double a, double) noexcept { return a / std::numbers::pi * 180; }},
    math_function{"div", 2, [](double a, double b) noexcept { return a / b; }},
    math_function{"exp", 1, [](double a, double) noexcept { return std::exp(a); }},
    math_function{"expm1", 1, [](double a, double) noexcept { return std::expm1(a); }},
    math_function{"floor", 1, [](double a, double) noexcept { return std::floor(a); }},
    math_function{"floor_div", 2, floor_div},
    math_function{"floor_mod", 2, floor_mod},
    math_function{"get_exp", 1, [](double a, double) noexcept { return std::logb(a); }},
    math_function{"hypot", 2, [](double a, double b) noexcept { return std::hypot(a, b); }},
    math_function{"log", 1, [](double a, double) noexcept { return std::log(a); }},
    math_function{"log10", 1, [](double a, double) noexcept { return std::log10(a); }},
    math_function{"log1p", 1, [](double a, double) noexcept { return std::log1p(a); }},
    math_function{"log2", 1, [](double a, double) noexcept { return std::log2(a); }},
    math_function{"max", 2, [](double a, double b) noexcept { return std::max(a, b); }},
    math_function{"min", 2, [](double a, double b) noexcept { return std::min(a, b); }},
    math_function{"mult", 2, [](double a, double b) noexcept { return a * b; }},
    math_function{"pow", 2, [](double a, double b) noexcept { return std::pow(a, b); }},
    math_function{"rad", 1, [](double a, double) noexcept { return a / 180 * std::numbers::pi; }},
    math_function{"rem", 2, [](double a, double b) noexcept { return std::fmod(a, b); }},
    math_function{"signum", 1, signum},
    math_function{"sin", 1, [](double a, double) noexcept { return std::sin(a); }},
    math_function{"sinh", 1, [](double a, double) noexcept { return std::sinh(a); }},
    math_function{"sqrt", 1, [](double a, double) noexcept { return std::sqrt(a); }},
    math_function{"sub", 2, [](double a, double b) noexcept { return a - b; }},
    math_function{"tan", 1, [](double a, double) noexcept { return std::tan(a); }},
    math_function{"tanh", 1, [](double a, double) noexcept { return std::tanh(a); }},
};
static_assert(std::ranges::is_sorted(functions, {}, &math_function::name));

} // namespace

const math_function* find_math_function(std::string_view name) noexcept {
  const auto* const found = std::ranges::lower_bound(functions, name, {}, &math_function::name);
  return found != functions.end() && found->name == name ? found : nullptr;
}

} // namespace muster
