#include "actors/queries/aggregate.hpp"

#include <algorithm>

namespace muster {

template <class T>
void aggregate::extreme<T>::add(const T& item) {
  if (!least || item < *least) {
    least = item;
  }
  if (!most || *most < item) {
    most = item;
  }
}

template <class T>
const std::optional<T>& aggregate::extreme<T>::of(aggregation kind) const {
  return kind == aggregation::min ? least : most;
}

void aggregate::add_number(std::int64_t number) {
  ++longs_;
  long_overflow_ |= __builtin_add_overflow(long_sum_, number, &long_sum_);
  sum_ += static_cast<double>(number);
  long_extreme_.add(number);
}

void aggregate::add_number(double number) {
  ++doubles_;
  sum_ += number;
  double_extreme_.add(number);
}

void aggregate::add(const value& val) {
  ++count_;
  if (kind_ == aggregation::count) {
    return;
  }
  if (const auto* number = std::get_if<std::int64_t>(&val)) {
    add_number(*number);
  } else if (const auto* real = std::get_if<double>(&val)) {
    add_number(*real);
  } else if (kind_ == aggregation::sum || kind_ == aggregation::avg) {
    return;
  } else if (const auto* text = std::get_if<std::string>(&val)) {
    string_extreme_.add(*text);
  } else if (const auto* flag = std::get_if<bool>(&val)) {
    bool_extreme_.add(*flag);
  } else {
    json_extreme_.add(std::get<json_text>(val).text);
  }
}

std::optional<value> aggregate::number() const {
  const auto& whole = long_extreme_.of(kind_);
  const auto& real = double_extreme_.of(kind_);
  if (!real) {
    return whole ? std::optional<value>(*whole) : std::nullopt;
  }
  if (!whole) {
    return *real;
  }
  const auto other = static_cast<double>(*whole);
  return kind_ == aggregation::min ? std::min(other, *real) : std::max(other, *real);
}

std::optional<value> aggregate::best() const {
  if (auto found = number()) {
    return found;
  }
  if (const auto& text = string_extreme_.of(kind_)) {
    return *text;
  }
  if (const auto& flag = bool_extreme_.of(kind_)) {
    return *flag;
  }
  if (const auto& json = json_extreme_.of(kind_)) {
    return json_text{*json};
  }
  return std::nullopt;
}

std::optional<value> aggregate::result() const {
  switch (kind_) {
  case aggregation::none:
    return std::nullopt;
  case aggregation::min:
  case aggregation::max:
    return best();
  case aggregation::count:
    return count_ > 0 ? std::optional<value>(count_) : std::nullopt;
  case aggregation::sum:
    if (longs_ + doubles_ == 0) {
      return std::nullopt;
    }
    return doubles_ == 0 && !long_overflow_ ? value(long_sum_) : value(sum_);
  case aggregation::avg:
    if (longs_ + doubles_ == 0) {
      return std::nullopt;
    }
    return sum_ / static_cast<double>(longs_ + doubles_);
  }
  return std::nullopt;
}

} // namespace muster
