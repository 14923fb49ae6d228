#pragma once

#include "actors/model/error.hpp"
#include "actors/rules/nodes/math_functions.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// A formula of numbers, names, `+ - * / % ^`, brackets and `math_function`s, made ready to be
/// worked out. Immutable.
class math_expression {
public:
  /// The names are those of the values; `pi` and `e` are there unless they are among them. Error:
  /// invalid.
  static result<math_expression> read(std::string_view text, const std::vector<std::string>& names);

  /// `values` in the order of the names.
  double work_out(const std::vector<double>& values) const;

private:
  friend class math_expression_reader;

  /// Puts a number on the stack, or what a function makes of those on top.
  struct step {
    const math_function* function = nullptr;
    /// Without a function: the value of that place, or `number`.
    int place = -1;
    double number = 0;
  };
  std::vector<step> steps_;
};

} // namespace muster
