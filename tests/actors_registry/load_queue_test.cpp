#include "actors/device/device_host.hpp"
#include "actors/registry/load_queue.hpp"
#include "tests/actors_registry/simulation.hpp"

#include <list>
#include <set>

using namespace muster;
using namespace muster::test;

namespace {

/// Reads run when they are told to.
struct queue_fixture {
  std::deque<std::function<void()>> queued;
  bool full = false;
  bool throws = false;
  std::vector<std::size_t> sizes;
  std::multiset<std::uint64_t> delivered;
  std::size_t failures = 0;
  std::list<device_slot> slots;
  load_queue queue{[this](std::span<const device_id> devices) { return read(devices); },
                   [this](std::function<void()> work) {
                     if (!full) {
                       queued.push_back(std::move(work));
                     }
                     return !full;
                   },
                   [this](const load_queue::entry& to, load_queue::rows_of_device&& rows) {
                     delivered.insert(to.activation);
                     failures += rows ? 0 : 1;
                   }};

  std::vector<load_queue::rows_of_device> read(std::span<const device_id> devices) {
    sizes.push_back(devices.size());
    if (throws) {
      throw std::runtime_error("thrown by the test");
    }
    return std::vector<load_queue::rows_of_device>(devices.size());
  }
  bool add(std::uint64_t activation) {
    slots.emplace_back().device = device_of(static_cast<std::uint8_t>(activation % 200));
    return queue.add({&slots.back(), activation});
  }
  void run() {
    while (!queued.empty()) {
      auto work = std::move(queued.front());
      queued.pop_front();
      work();
    }
  }
};

} // namespace

TEST_CASE("devices that wait are read together, a hundred at a time, each once") {
  queue_fixture f;
  for (std::uint64_t i = 1; i <= 250; ++i) {
    REQUIRE(f.add(i));
  }
  CHECK(f.queued.size() == load_queue::most_reads);
  f.run();
  CHECK(f.sizes == std::vector<std::size_t>{100, 100, 50});
  CHECK(f.delivered.size() == 250);
  CHECK(std::set(f.delivered.begin(), f.delivered.end()).size() == 250);
  CHECK(f.failures == 0);
  // And again, when all reads have ended.
  REQUIRE(f.add(251));
  f.run();
  CHECK(f.delivered.contains(251));
}

TEST_CASE("a device that cannot be read because of a full queue is refused") {
  queue_fixture f;
  f.full = true;
  CHECK_FALSE(f.add(1));
  f.full = false;
  REQUIRE(f.add(2));
  // A read is under way, so it comes to it.
  f.full = true;
  CHECK(f.add(3));
  f.run();
  CHECK(f.delivered == std::multiset<std::uint64_t>{2, 3});
}

TEST_CASE("no more devices wait than may") {
  queue_fixture f;
  for (std::uint64_t i = 1; i <= load_queue::most_waiting; ++i) {
    REQUIRE(f.add(i));
  }
  CHECK_FALSE(f.add(0));
  f.run();
  CHECK(f.delivered.size() == load_queue::most_waiting);
  CHECK(f.add(0));
}

TEST_CASE("a read that throws fails its devices, not the queue") {
  queue_fixture f;
  f.throws = true;
  REQUIRE(f.add(1));
  f.run();
  CHECK(f.failures == 1);
  f.throws = false;
  REQUIRE(f.add(2));
  f.run();
  CHECK(f.failures == 1);
  CHECK(f.delivered.contains(2));
}
