#pragma once

#include "actors/model/query.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace muster {

/// The values of one bucket, folded one by one. Plain data, no locks.
///
/// - count: all values, of every kind.
/// - sum: of the numbers; long unless a double is among them or the longs overflow.
/// - avg: of the numbers, a double.
/// - min, max: of the numbers if there are any (a double if one of them is), else of the strings
///   (by bytes), else of the booleans (false before true), else of the JSON texts (by bytes).
class aggregate {
public:
  explicit aggregate(aggregation kind) : kind_(kind) {}

  void add(const value& val);

  /// nullopt when nothing of a fitting kind was added. `aggregation::none` has no result.
  std::optional<value> result() const;

private:
  template <class T>
  struct extreme {
    std::optional<T> least;
    std::optional<T> most;

    void add(const T& item);
    const std::optional<T>& of(aggregation kind) const;
  };

  void add_number(std::int64_t number);
  void add_number(double number);
  std::optional<value> number() const;
  std::optional<value> best() const;

  aggregation kind_;
  std::int64_t count_ = 0;
  std::int64_t longs_ = 0;
  std::int64_t doubles_ = 0;
  std::int64_t long_sum_ = 0;
  bool long_overflow_ = false;
  double sum_ = 0;
  extreme<std::int64_t> long_extreme_;
  extreme<double> double_extreme_;
  extreme<std::string> string_extreme_;
  extreme<bool> bool_extreme_;
  extreme<std::string> json_extreme_;
};

} // namespace muster
