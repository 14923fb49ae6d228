#include "actors/rules/nodes/math_expression.hpp"

#include <algorithm>
#include <charconv>
#include <numbers>

namespace muster {

/// By recursive descent; the depth of brackets is bounded.
class math_expression_reader {
public:
  math_expression_reader(std::string_view text, const std::vector<std::string>& names)
      : text_(text), names_(names) {}

  result<math_expression> read() {
    sum();
    if (next() != '\0') {
      wrong_ = true;
    }
    if (wrong_) {
      return fail(error_code::invalid, "the formula cannot be read from its character " +
                                           std::to_string(at_ + 1) + " on");
    }
    return std::move(made_);
  }

private:
  static constexpr int most_depth = 50;

  char next() {
    at_ = std::min(text_.find_first_not_of(' ', at_), text_.size());
    return at_ < text_.size() && !wrong_ ? text_[at_] : '\0';
  }

  bool take(char wanted) {
    if (next() != wanted) {
      return false;
    }
    ++at_;
    return true;
  }

  void need(char wanted) {
    if (!take(wanted)) {
      wrong_ = true;
    }
  }

  void apply(std::string_view function) { made_.steps_.push_back({find_math_function(function)}); }

  void sum() {
    product();
    while (true) {
      if (take('+')) {
        product();
        apply("add");
      } else if (take('-')) {
        product();
        apply("sub");
      } else {
        return;
      }
    }
  }

  void product() {
    signed_power();
    while (true) {
      if (take('*')) {
        signed_power();
        apply("mult");
      } else if (take('/')) {
        signed_power();
        apply("div");
      } else if (take('%')) {
        signed_power();
        apply("rem");
      } else {
        return;
      }
    }
  }

  /// A sign binds less than a power: -2^2 is -4.
  void signed_power() {
    if (++depth_ > most_depth) {
      wrong_ = true;
    } else if (take('-')) {
      made_.steps_.push_back({nullptr, -1, 0});
      signed_power();
      apply("sub");
    } else if (take('+')) {
      signed_power();
    } else {
      operand();
      if (take('^')) {
        signed_power();
        apply("pow");
      }
    }
    --depth_;
  }

  void operand() {
    const char first = next();
    if (take('(')) {
      sum();
      need(')');
    } else if ((first >= '0' && first <= '9') || first == '.') {
      number();
    } else {
      named();
    }
  }

  void number() {
    double read = 0;
    const auto [end, failed] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), read);
    if (failed != std::errc{}) {
      wrong_ = true;
      return;
    }
    at_ = static_cast<std::size_t>(end - text_.data());
    made_.steps_.push_back({nullptr, -1, read});
  }

  void named() {
    const auto letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    const auto* const from = text_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto* const to = std::find_if_not(from, text_.end(), letter);
    const std::string_view name(from, to);
    const auto found = std::find(names_.begin(), names_.end(), name);
    const auto* const function = find_math_function(name);
    if (found != names_.end()) {
      made_.steps_.push_back({nullptr, static_cast<int>(found - names_.begin()), 0});
    } else if (name == "pi" || name == "e") {
      made_.steps_.push_back({nullptr, -1, name == "e" ? std::numbers::e : std::numbers::pi});
    } else if (function == nullptr) {
      wrong_ = true;
      return;
    }
    at_ += name.size();
    if (found == names_.end() && function != nullptr) {
      need('(');
      sum();
      for (std::size_t i = 1; i < function->arguments; ++i) {
        need(',');
        sum();
      }
      need(')');
      made_.steps_.push_back({function});
    }
  }

  const std::string_view text_;
  const std::vector<std::string>& names_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool wrong_ = false;
  math_expression made_;
};

result<math_expression> math_expression::read(std::string_view text,
                                              const std::vector<std::string>& names) {
  return math_expression_reader(text, names).read();
}

double math_expression::work_out(const std::vector<double>& values) const {
  std::vector<double> stack;
  for (const auto& one : steps_) {
    if (one.function == nullptr) {
      stack.push_back(one.place < 0 ? one.number : values[static_cast<std::size_t>(one.place)]);
      continue;
    }
    const double last = stack.back();
    if (one.function->arguments == 2) {
      stack.pop_back();
    }
    stack.back() = one.function->make(stack.back(), last);
  }
  return stack.back();
}

} // namespace muster
