#include "actors/rules/engine/debug_budget.hpp"
#include "tests/catch.hpp"

namespace muster {

TEST_CASE("a tenant has so many events of debugged nodes an hour") {
  using answer = debug_budget::answer;
  constexpr milliseconds hour = 3'600'000;
  debug_budget budget({}, 3);
  const timestamp start = 1'000 * hour;
  CHECK(budget.take(start) == answer::granted);
  CHECK(budget.take(start + 1) == answer::granted);
  CHECK(budget.take(start + hour - 1) == answer::last);
  CHECK(budget.take(start + hour - 1) == answer::none);
  CHECK(budget.take(start + hour) == answer::granted);
}

} // namespace muster
