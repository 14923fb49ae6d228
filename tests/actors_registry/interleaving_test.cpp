#include "tests/actors_registry/simulation.hpp"

#include <cstdlib>
#include <set>

using namespace muster;
using namespace muster::test;

namespace {

constexpr int device_count = 4;

/// Sends at random from a seed and remembers what was acknowledged.
class chaos {
public:
  explicit chaos(std::uint32_t seed, service_options options) : node(seed, options) {
    for (std::uint8_t device = 0; device < device_count; ++device) {
      store_device(*node.rows, device);
    }
  }

  void act() {
    const auto device = static_cast<std::uint8_t>(node.random() % device_count);
    switch (node.random() % 12) {
    case 0:
    case 1:
    case 2:
      save(device);
      break;
    case 3:
      all_.insert(node.from_device(device, poll_rpc{poll_id{++polls_}, 5'000}));
      break;
    case 4:
      all_.insert(node.from_device(device, poll_attributes{poll_id{++polls_}, 5'000}));
      break;
    case 5:
      call(device);
      break;
    case 6:
      all_.insert(node.from_application(device, read_latest{}));
      break;
    case 7:
      all_.insert(node.from_application(
          device, save_attributes{attribute_scope::shared, {{"k", std::int64_t(polls_)}}}));
      break;
    case 8:
      node.devices->report(
          {device_of(device), poll_id{1 + node.random() % (polls_ + 1)},
           node.random() % 2 == 0 ? poll_report::outcome::written : poll_report::outcome::lost});
      break;
    case 9:
      node.clock.advance(static_cast<milliseconds>(node.random() % 700'000));
      node.devices->tick();
      break;
    case 10:
      trouble();
      break;
    default:
      for (auto steps = node.random() % 20; steps > 0 && node.step(); --steps) {
      }
    }
  }

  /// Time enough for everything to be over, then every request must have one answer and every
  /// acknowledged value must be there.
  void settle() {
    node.throw_submissions = 0;
    node.refuse_submissions = 0;
    node.rows->fail_commits(0);
    node.rows->fail_reads(0);
    for (int i = 0; i < 4; ++i) {
      report_all();
      node.pass(61'000);
    }
    for (const auto request : all_) {
      INFO("request " << request);
      REQUIRE(node.answered(request));
      REQUIRE(node.sink.replies.at(request).size() == 1);
    }
    check_values();
    for (int i = 0; i < 3; ++i) {
      report_all();
      node.pass(700'000);
    }
    REQUIRE(node.status().active_devices == node.status().quarantined_devices);
    REQUIRE(node.status().parked_polls == 0);
    REQUIRE(node.status().loading_devices == 0);
  }

  simulation node;

private:
  /// The edge reports every answer of a poll sooner or later.
  void report_all() {
    node.run();
    for (std::uint8_t device = 0; device < device_count; ++device) {
      for (std::uint64_t poll = 1; poll <= polls_; ++poll) {
        node.devices->report({device_of(device), poll_id{poll}, poll_report::outcome::lost});
      }
    }
  }

  void save(std::uint8_t device) {
    ++written_;
    const auto request = node.from_device(device, telemetry("n", written_, written_));
    all_.insert(request);
    saves_[device].emplace_back(request, written_);
  }

  void call(std::uint8_t device) {
    rpc_request ask;
    ask.method = "m";
    ask.oneway = node.random() % 2 == 0;
    ask.persistent = node.random() % 2 == 0;
    ask.expiration = node.clock.at.wall + 5'000;
    all_.insert(node.from_application(device, send_rpc{ask}));
  }

  void trouble() {
    switch (node.random() % 4) {
    case 0:
      node.rows->fail_commits(1);
      break;
    case 1:
      node.rows->fail_reads(1);
      break;
    case 2:
      node.refuse_submissions = 1;
      break;
    default:
      node.throw_submissions = 1;
    }
  }

  void check_values() {
    for (std::uint8_t device = 0; device < device_count; ++device) {
      std::set<std::int64_t> stored;
      const auto scanned = node.rows->scan_history(
          {device_of(device), INT64_MIN, INT64_MAX, false}, 0, [&](const auto& row) {
            stored.insert(std::get<std::int64_t>(row.values[0].val));
            return persistence::scan_step::go_on;
          });
      REQUIRE(scanned);
      std::int64_t newest = 0;
      for (const auto& [request, number] : saves_[device]) {
        const bool acknowledged = is<done>(node.sink.replies.at(request).front());
        INFO("device " << int(device) << " value " << number);
        REQUIRE(stored.contains(number) == acknowledged);
        newest = acknowledged ? std::max(newest, number) : newest;
      }
      const auto read = node.from_application(device, read_latest{});
      node.run();
      const auto* latest = std::get_if<std::vector<latest_value>>(&node.answer(read));
      if (latest != nullptr && newest != 0) {
        REQUIRE(latest->at(0).val == value(newest));
      }
    }
  }

  std::set<std::uint64_t> all_;
  std::map<std::uint8_t, std::vector<std::pair<std::uint64_t, std::int64_t>>> saves_;
  std::int64_t written_ = 0;
  std::uint64_t polls_ = 0;
};

std::uint32_t first_seed() {
  const char* given = std::getenv("MUSTER_TEST_SEED");
  return given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                          : std::random_device{}();
}

} // namespace

TEST_CASE("whatever the order, each request is answered once and nothing acknowledged is lost") {
  const std::uint32_t seed = first_seed();
  for (std::uint32_t round = 0; round < 300; ++round) {
    INFO("MUSTER_TEST_SEED=" << seed + round);
    service_options options;
    // Now and then devices have to make room for one another all the time.
    options.max_resident = round % 3 == 0 ? 0 : 20'000;
    chaos run(seed + round, options);
    for (int i = 0; i < 150; ++i) {
      run.act();
    }
    run.settle();
  }
}
