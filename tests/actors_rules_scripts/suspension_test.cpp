#include "actors/rules/scripts/suspension.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <cstddef>
#include <optional>
#include <vector>

namespace muster {

TEST_CASE("so many overruns close to each other suspend") {
  REQUIRE(rc::check("against a list of all overruns", [] {
    const int limit = *rc::gen::inRange(1, 5);
    const milliseconds span = *rc::gen::inRange(1, 50);
    suspension counted;
    std::vector<milliseconds> row;
    milliseconds now = *rc::gen::inRange(-100, 100);
    for (int step = 0; step < 60; ++step) {
      now += *rc::gen::inRange(0, 30);
      if (!row.empty() && now - row.back() >= span) {
        row.clear();
      }
      row.push_back(now);
      const bool enough = row.size() == std::size_t(limit);
      RC_ASSERT(counted.overrun(now, limit, span) ==
                (enough ? std::optional(now + span) : std::nullopt));
      if (enough) {
        row.clear();
      }
    }
  }));
}

} // namespace muster
