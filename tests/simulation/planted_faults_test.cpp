#include "tests/catch.hpp"
#include "tests/simulation/simulation.hpp"

#include <spdlog/spdlog.h>

#include <cstdio>

namespace muster::test {

namespace {

/// Most are found with one of the first five.
constexpr std::uint64_t most_seeds = 200;

/// The first seed from 1 on with which a fault is found; 0: with none.
std::uint64_t found_with(planted_fault fault) {
  spdlog::set_level(spdlog::level::off);
  for (std::uint64_t seed = 1; seed <= most_seeds; ++seed) {
    simulation one(seed, fault);
    one.run();
    if (!one.violations().empty()) {
      std::printf("with seed %llu: %s\n", static_cast<unsigned long long>(seed),
                  one.violations().front().c_str());
      return seed;
    }
  }
  return 0;
}

} // namespace

TEST_CASE("a lease that is not waited for is found") {
  CHECK(found_with(planted_fault::short_takeover_wait) != 0);
}

TEST_CASE("a lease that counts from the answer is found") {
  CHECK(found_with(planted_fault::lease_from_answer) != 0);
}

TEST_CASE("a shard that is served before its take-over is confirmed is found") {
  CHECK(found_with(planted_fault::unknown_takeover_opened) != 0);
}

TEST_CASE("a fence without the sequence is found") {
  CHECK(found_with(planted_fault::fence_by_epoch_only) != 0);
}

TEST_CASE("a missing fence is found") {
  CHECK(found_with(planted_fault::no_fence) != 0);
}

TEST_CASE("a commit that is acknowledged without being known is found") {
  CHECK(found_with(planted_fault::unknown_commit_done) != 0);
}

TEST_CASE("a command that is carried out again is found") {
  CHECK(found_with(planted_fault::unknown_command_repeated) != 0);
}

} // namespace muster::test
