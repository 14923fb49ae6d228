#include "tests/catch.hpp"
#include "tools/bench/latency_histogram.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

using muster::bench::latency_histogram;

TEST_CASE("an empty latency histogram reads 0") {
  auto empty = std::make_unique<latency_histogram>();
  CHECK(empty->count() == 0);
  CHECK(empty->quantile(0.99) == 0);
  CHECK(empty->mean() == 0);
}

TEST_CASE("quantiles of a latency histogram are those of the sorted values, at most 1/128 above") {
  CHECK(rc::check([] {
    auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(
        rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 300),
                       rc::gen::inRange<std::int64_t>(0, 3'600'000'000'000))));
    auto share = *rc::gen::inRange(0, 1001) / 1000.0;
    auto histogram = std::make_unique<latency_histogram>();
    for (auto value : values)
      histogram->record(value);
    std::sort(values.begin(), values.end());
    auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    auto exact = values[std::max<std::size_t>(rank, 1) - 1];
    auto read = histogram->quantile(share);
    RC_ASSERT(read >= exact);
    RC_ASSERT(read <= exact + exact / 128 + 1);
    RC_ASSERT(histogram->count() == values.size());
    RC_ASSERT(histogram->max() == values.back());
    RC_ASSERT(histogram->quantile(1) == values.back());
  }));
}

TEST_CASE("a latency histogram takes any value") {
  auto histogram = std::make_unique<latency_histogram>();
  histogram->record(-5);
  histogram->record(INT64_MAX);
  CHECK(histogram->count() == 2);
  CHECK(histogram->quantile(0.5) == 0);
  CHECK(histogram->max() == INT64_MAX);
}
