#pragma once

#include <cstddef>
#include <string_view>

namespace muster {

/// A function of one or two numbers. What it is not defined for is NaN or infinite.
struct math_function {
  /// In lower case.
  std::string_view name;
  std::size_t arguments = 1;
  double (*make)(double, double) noexcept = nullptr;
};

/// Null: there is none. The second number of a function of one is not looked at.
const math_function* find_math_function(std::string_view name) noexcept;

} // namespace muster
