#include "persistence/reader_pool/reader_pool.hpp"
#include "tests/catch.hpp"

#include <atomic>
#include <future>
#include <stdexcept>

namespace muster::test {

using persistence::reader_pool;

TEST_CASE("a reader pool refuses beyond its bound and counts") {
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  std::promise<void> started;
  std::atomic<int> ran = 0;
  reader_pool::counters counted;
  {
    reader_pool pool({1, 3});
    REQUIRE(pool.run([&] {
      started.set_value();
      opened.wait();
      ++ran;
    }));
    started.get_future().wait();
    for (int i = 0; i < 3; ++i) {
      REQUIRE(pool.run([&] { ++ran; }));
    }
    CHECK_FALSE(pool.run([&] { ++ran; }));
    counted = pool.stats();
    gate.set_value();
  }
  CHECK(counted.queued == 3);
  CHECK(counted.refused == 1);
  // The end of the pool runs what was queued.
  CHECK(ran == 4);
}

TEST_CASE("a reader pool outlives a work that throws") {
  reader_pool pool({2, 10});
  REQUIRE(pool.run([] { throw std::runtime_error("planted"); }));
  std::promise<void> after;
  REQUIRE(pool.run([&] { after.set_value(); }));
  after.get_future().wait();
}

TEST_CASE("a reader pool works in parallel") {
  reader_pool pool({2, 10});
  std::promise<void> one;
  std::promise<void> other;
  std::promise<void> both;
  // Each waits for the other: one thread alone could not end them.
  REQUIRE(pool.run([&] {
    one.set_value();
    other.get_future().wait();
    both.set_value();
  }));
  REQUIRE(pool.run([&] {
    one.get_future().wait();
    other.set_value();
  }));
  both.get_future().wait();
}

} // namespace muster::test
