#include "actors/device/attribute_cursor.hpp"
#include "tests/actors_device/device_bench.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>

using namespace muster;
using namespace muster::test;

namespace {

/// What a device knows that applies every answer it was written, against what the server has: the
/// device polls with one poll at a time; some answers are lost, some crashes lose a report.
class polling_device {
public:
  void step() {
    const std::string key(1, *rc::gen::inRange('a', 'e'));
    switch (*rc::gen::inRange(0, 6)) {
    case 0:
      bench_.share(key, std::int64_t{++counter_});
      server_[key] = counter_;
      break;
    case 1:
      bench_.application(delete_attributes{attribute_scope::shared, {key}});
      server_.erase(key);
      break;
    case 2:
      poll();
      break;
    case 3:
      report(true);
      break;
    case 4:
      report(false);
      break;
    default:
      bench_.crash();
      parked_.reset();
    }
  }

  /// All is told at last: then both know the same of what changed since the first poll.
  void settle() {
    report(false);
    for (int i = 0; i < 3; ++i) {
      poll();
      report(true);
    }
    RC_ASSERT(knows_ == server_);
  }

private:
  void poll() {
    if (!polled_) {
      polled_ = true;
      // What was there before the first poll the device reads by itself.
      knows_ = server_;
    }
    report(false);
    parked_ = ++polls_;
    request_ = bench_.poll_attributes_for(polls_, 60'000);
  }

  void report(bool written) {
    if (!parked_) {
      return;
    }
    const bool answered = bench_.answered(request_);
    if (!answered && written) {
      return; // Nothing to be written yet.
    }
    if (answered && written) {
      const auto& changes = std::get<attribute_changes>(bench_.answer(request_));
      for (const auto& item : changes.set) {
        knows_[item.key] = std::get<std::int64_t>(item.val);
      }
      for (const auto& key : changes.deleted) {
        RC_ASSERT(std::none_of(changes.set.begin(), changes.set.end(),
                               [&](const key_value& item) { return item.key == key; }));
        knows_.erase(key);
      }
    }
    bench_.report(*parked_, written);
    parked_.reset();
  }

  device_bench bench_;
  std::map<std::string, std::int64_t> server_;
  std::map<std::string, std::int64_t> knows_;
  std::int64_t counter_ = 0;
  bool polled_ = false;
  std::uint64_t polls_ = 0;
  std::optional<std::uint64_t> parked_;
  std::uint64_t request_ = 0;
};

} // namespace

TEST_CASE("a device that polls misses no change, through losses and crashes") {
  CHECK(rc::check([] {
    polling_device device;
    const int steps = *rc::gen::inRange(0, 80);
    for (int i = 0; i < steps; ++i) {
      device.step();
    }
    device.settle();
  }));
}
