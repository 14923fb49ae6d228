#include "actors/queries/aggregate.hpp"

#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <vector>

namespace muster {

namespace {

std::optional<value> fold(aggregation kind, const std::vector<value>& values) {
  aggregate folded(kind);
  for (const value& one : values) {
    folded.add(one);
  }
  return folded.result();
}

template <class T>
std::vector<T> of_kind(const std::vector<value>& values) {
  std::vector<T> found;
  for (const value& one : values) {
    if (const T* item = std::get_if<T>(&one)) {
      found.push_back(*item);
    }
  }
  return found;
}

rc::Gen<value> any_value() {
  return rc::gen::oneOf(
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) { return value(flag); }),
      rc::gen::map(rc::gen::inRange<std::int64_t>(-1'000, 1'000),
                   [](std::int64_t number) { return value(number); }),
      rc::gen::map(rc::gen::inRange(-1'000, 1'000), [](int n) { return value(n / 8.0); }),
      rc::gen::map(rc::gen::arbitrary<std::string>(), [](std::string s) { return value(s); }));
}

/// All numbers as doubles: what sums and averages of small eighths are exact in.
std::vector<double> numbers(const std::vector<value>& values) {
  std::vector<double> all = of_kind<double>(values);
  for (std::int64_t number : of_kind<std::int64_t>(values)) {
    all.push_back(static_cast<double>(number));
  }
  return all;
}

double total(const std::vector<double>& all) {
  double sum = 0;
  for (double number : all) {
    sum += number;
  }
  return sum;
}

} // namespace

TEST_CASE("aggregates equal the naive ones") {
  const bool held = rc::check([] {
    const auto values = *rc::gen::container<std::vector<value>>(any_value());
    const auto all = numbers(values);
    const auto sum = fold(aggregation::sum, values);
    const auto avg = fold(aggregation::avg, values);
    RC_ASSERT(sum.has_value() == !all.empty());
    RC_ASSERT(avg.has_value() == !all.empty());
    if (!all.empty()) {
      const bool real = !of_kind<double>(values).empty();
      RC_ASSERT(*sum == (real ? value(total(all)) : value(static_cast<std::int64_t>(total(all)))));
      RC_ASSERT(*avg == value(total(all) / static_cast<double>(all.size())));
      const auto [least, most] = std::minmax_element(all.begin(), all.end());
      const auto as_kind = [&](double number) {
        return real ? value(number) : value(static_cast<std::int64_t>(number));
      };
      RC_ASSERT(fold(aggregation::min, values) == as_kind(*least));
      RC_ASSERT(fold(aggregation::max, values) == as_kind(*most));
    }
    const auto count = fold(aggregation::count, values);
    RC_ASSERT(count ==
              (values.empty() ? std::nullopt : std::optional<value>(std::int64_t(values.size()))));
  });
  REQUIRE(held);
}

TEST_CASE("strings count for the extremes when there is no number") {
  const std::vector<value> texts = {std::string("b"), std::string("a"), std::string("c")};
  CHECK(fold(aggregation::min, texts) == value(std::string("a")));
  CHECK(fold(aggregation::max, texts) == value(std::string("c")));
  CHECK_FALSE(fold(aggregation::sum, texts));
  CHECK_FALSE(fold(aggregation::avg, texts));
  CHECK(fold(aggregation::max, {std::string("z"), std::int64_t{1}}) == value(std::int64_t{1}));
}

TEST_CASE("booleans and JSON have extremes too") {
  CHECK(fold(aggregation::min, {true, false}) == value(false));
  CHECK(fold(aggregation::max, {true, false}) == value(true));
  CHECK(fold(aggregation::min, {json_text{"[2]"}, json_text{"[1]"}}) == value(json_text{"[1]"}));
}

TEST_CASE("a sum of longs that overflows becomes a double") {
  const std::int64_t most = INT64_MAX;
  CHECK(fold(aggregation::sum, {most, std::int64_t{1}}) == value(9223372036854775808.0));
}

} // namespace muster
