#include "tests/catch.hpp"
#include "tests/simulation/simulation.hpp"

#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>

namespace muster::test {

namespace {

std::uint64_t given(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : usual;
}

/// What was done in all runs together.
struct totals {
  std::uint64_t writes = 0;
  std::uint64_t reads = 0;
  std::uint64_t calls = 0;
  std::uint64_t unknown = 0;
  std::uint64_t commits = 0;
  std::uint64_t fenced = 0;
  std::uint64_t settled = 0;

  void add(const simulation& one) {
    writes += one.seen().writes;
    reads += one.seen().reads;
    calls += one.seen().answered_calls;
    unknown += one.seen().unknown;
    commits += one.stored().commits;
    fenced += one.stored().fenced;
    settled += one.stored().settled;
  }

  void print() const {
    const auto number = [](std::uint64_t one) { return static_cast<unsigned long long>(one); };
    std::printf("%llu writes (%llu of unknown outcome), %llu reads, %llu calls answered, "
                "%llu commits, %llu refused by the fence, %llu settled\n",
                number(writes), number(unknown), number(reads), number(calls), number(commits),
                number(fenced), number(settled));
  }
};

} // namespace

TEST_CASE("in any weather clients see registers, and nothing that was acknowledged is lost") {
  spdlog::set_level(given("MUSTER_TEST_LOG", 0) != 0 ? spdlog::level::info : spdlog::level::off);
  const auto first = given("MUSTER_TEST_SEED", 1);
  const auto rounds = given("MUSTER_TEST_ROUNDS", 60);
  totals all;
  for (std::uint64_t seed = first; seed < first + rounds; ++seed) {
    simulation one(seed);
    one.run();
    INFO("MUSTER_TEST_SEED=" << seed << " MUSTER_TEST_ROUNDS=1");
    for (const auto& violation : one.violations()) {
      UNSCOPED_INFO(violation);
    }
    REQUIRE(one.violations().empty());
    all.add(one);
  }
  all.print();
  // Else nothing was tried.
  CHECK(all.writes > 200 * rounds);
  CHECK(all.reads > 1'000 * rounds);
  CHECK(all.calls > 20 * rounds);
  if (rounds >= 50) {
    CHECK(all.unknown > rounds);
    CHECK(all.fenced > rounds / 10);
    CHECK(all.settled > rounds);
  }
}

TEST_CASE("a seed decides everything") {
  spdlog::set_level(spdlog::level::off);
  const auto run = [](std::uint64_t seed) {
    simulation one(seed);
    one.run();
    return one.fingerprint();
  };
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CHECK(run(seed) == run(seed));
  }
  CHECK(run(1) != run(2));
}

} // namespace muster::test
