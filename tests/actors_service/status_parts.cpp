#include "actors/inspection/process_memory.hpp"
#include "actors/inspection/quantile.hpp"
#include "actors/inspection/rate_samples.hpp"
#include "tests/catch.hpp"

#include <vector>

namespace muster {

TEST_CASE("quantiles lie where the buckets say") {
  histogram_counts<3> counted;
  counted.upper = {100, 200, 400};
  CHECK(quantile(counted, 0.5) == 0);
  for (int at = 0; at < 50; ++at) {
    counted.add(50);
    counted.add(150);
  }
  CHECK(quantile(counted, 0.25) == 50);
  CHECK(quantile(counted, 0.5) == 100);
  CHECK(quantile(counted, 0.99) == 198);
  counted.add(10'000);
  CHECK(quantile(counted, 1) == 400);
}

TEST_CASE("rates are those of the last ten seconds or so") {
  rate_samples<2> samples;
  CHECK_FALSE(samples.until(1'000, {5, 5}));
  CHECK(samples.due(0));
  samples.add(0, {0, 0});
  CHECK_FALSE(samples.due(4'999));
  CHECK_FALSE(samples.until(0, {1, 1}));
  CHECK(samples.until(2'000, {10, 0}) == rate_samples<2>::rates{5, 0});
  for (milliseconds at = 5'000; at <= 100'000; at += 5'000) {
    samples.add(at, {static_cast<std::uint64_t>(at), 7});
  }
  CHECK(samples.until(100'000, {100'000, 7}) == rate_samples<2>::rates{1'000, 0});
}

TEST_CASE("the process's memory is told by parts") {
  const std::vector<char> taken(std::size_t{32} << 20, 'x');
  const auto now = read_process_memory();
  CHECK(now.resident > taken.size());
  CHECK(now.anonymous > taken.size());
  CHECK(now.files > 0);
}

} // namespace muster
