#include "tests/actors_registry/simulation.hpp"

#include <set>

using namespace muster;
using namespace muster::test;

namespace {

constexpr shard_id shard{0};
constexpr persistence::shard_epoch second_epoch{2};

rpc_request ask_of(const simulation& node, bool oneway = false) {
  rpc_request ask;
  ask.request_id = *parse_uuid("00000000-0000-4000-8000-00000000beef");
  ask.method = "reboot";
  ask.oneway = oneway;
  ask.expiration = node.clock.at.wall + 60'000;
  return ask;
}

/// Hands the shard over to itself under the next epoch: what another node would find.
void move_shard(simulation& node) {
  bool drained = false;
  node.devices->drain_shard(shard, [&] { drained = true; });
  node.run();
  node.pass(20);
  REQUIRE(drained);
  node.devices->close_shard(shard);
  node.rows->set_epoch(shard, second_epoch);
  node.devices->open_shard(shard, second_epoch);
}

} // namespace

TEST_CASE("a node that owns nothing answers wrong_owner until a shard is opened") {
  simulation node(1, {}, simulation::ownership::none);
  store_device(*node.rows, 1);
  CHECK(is_error(node.answer(node.from_device(1, read_latest{})), error_code::wrong_owner));
  node.rows->set_epoch(shard, second_epoch);
  node.devices->open_shard(shard, second_epoch);
  const auto saved = node.from_device(1, telemetry("a", true));
  node.run();
  CHECK(is<done>(node.answer(saved)));
}

TEST_CASE("what is queued is committed before a shard is drained") {
  simulation node;
  store_device(*node.rows, 1);
  node.from_device(1, telemetry("a", std::int64_t{0}));
  node.run();
  node.hold_commits = true;
  const auto saved = node.from_device(1, telemetry("a", std::int64_t{1}));
  const auto polled = node.from_device(1, poll_attributes{poll_id{1}, 60'000});
  bool drained = false;
  node.devices->drain_shard(shard, [&] { drained = true; });
  const auto late = node.from_device(1, telemetry("a", std::int64_t{2}));
  CHECK(is_error(node.answer(late), error_code::wrong_owner));
  node.run();
  CHECK_FALSE(drained);
  CHECK_FALSE(node.answered(saved));
  node.hold_commits = false;
  node.run();
  node.pass(20);
  CHECK(drained);
  CHECK(is<done>(node.answer(saved)));
  CHECK(is_error(node.answer(polled), error_code::wrong_owner));
  CHECK(node.status().active_devices == 0);
}

TEST_CASE("commands that wait for the rows of their device go with its shard") {
  simulation node;
  store_device(*node.rows, 1);
  const auto saved = node.from_device(1, telemetry("a", true));
  bool drained = false;
  node.devices->drain_shard(shard, [&] { drained = true; });
  node.run();
  node.pass(20);
  CHECK(drained);
  const auto& what = node.answer(saved);
  CHECK((is<done>(what) || is_error(what, error_code::wrong_owner)));
}

TEST_CASE("a device's own RPC goes with its shard") {
  simulation node;
  store_device(*node.rows, 1);
  const auto called = node.from_device(1, call_rules{"getTime", {"{}"}});
  node.run();
  CHECK_FALSE(node.answered(called));
  bool drained = false;
  node.devices->drain_shard(shard, [&] { drained = true; });
  node.run();
  node.pass(20);
  CHECK(drained);
  CHECK(is_error(node.answer(called), error_code::wrong_owner));
  CHECK(std::get<error>(node.answer(called)).message == chain_has_run);
}

TEST_CASE("a shard without devices is drained at once") {
  simulation node;
  bool drained = false;
  node.devices->drain_shard(shard, [&] { drained = true; });
  CHECK(drained);
}

TEST_CASE("a drain waits for the report of an answer that is being written") {
  simulation node;
  store_device(*node.rows, 1);
  const auto polled = node.from_device(1, poll_rpc{poll_id{1}, 60'000});
  const auto called = node.from_application(1, send_rpc{ask_of(node, true)});
  node.run();
  REQUIRE(is<rpc_delivery>(node.answer(polled)));
  bool drained = false;
  node.devices->drain_shard(shard, [&] { drained = true; });
  node.run();
  CHECK_FALSE(drained);
  const bool reported = GENERATE(true, false);
  if (reported) {
    node.devices->report({device_of(1), poll_id{1}, poll_report::outcome::written});
    node.run();
    CHECK(is<done>(node.answer(called)));
  } else {
    node.pass(1'001);
    CHECK(is_error(node.answer(called), error_code::wrong_owner));
  }
  node.pass(20);
  CHECK(drained);
  CHECK(node.rows->read_device(device_of(1)).value()->rpcs.size() == (reported ? 0 : 1));
}

TEST_CASE("an RPC in memory moves with its device, and its caller finds it again") {
  simulation node;
  store_device(*node.rows, 1);
  const auto first = node.from_application(1, send_rpc{ask_of(node)});
  node.run();
  move_shard(node);
  CHECK(is_error(node.answer(first), error_code::wrong_owner));
  const auto polled = node.from_device(1, poll_rpc{poll_id{1}, 60'000});
  node.run();
  CHECK(std::get<rpc_delivery>(node.answer(polled)).number == 1);
  node.devices->report({device_of(1), poll_id{1}, poll_report::outcome::written});
  const bool caller_first = GENERATE(true, false);
  std::uint64_t again = 0;
  if (caller_first) {
    again = node.from_application(1, send_rpc{ask_of(node)});
  }
  node.run();
  node.from_device(1, answer_rpc{1, answer_rpc::form::json, {"7"}});
  node.run();
  if (!caller_first) {
    again = node.from_application(1, send_rpc{ask_of(node)});
    node.run();
  }
  CHECK(std::get<rpc_answer>(node.answer(again)).response.text == "7");
  CHECK(node.rows->read_device(device_of(1)).value()->rpcs.empty());
  const auto empty = node.from_device(1, poll_rpc{poll_id{2}, 0});
  node.run();
  CHECK(is_error(node.answer(empty), error_code::poll_timeout));
}

TEST_CASE("an RPC whose caller never asks again ends with its time") {
  simulation node;
  store_device(*node.rows, 1);
  node.from_application(1, send_rpc{ask_of(node)});
  node.run();
  move_shard(node);
  node.pass(60'001);
  node.pass(1'100);
  CHECK(node.rows->read_device(device_of(1)).value()->rpcs.empty());
}

TEST_CASE("a commit refused for its epoch closes the shard at once") {
  simulation node;
  store_device(*node.rows, 1);
  store_device(*node.rows, 2);
  const auto parked = node.from_device(2, poll_rpc{poll_id{1}, 60'000});
  const auto called = node.from_application(2, send_rpc{ask_of(node)});
  node.from_application(2, read_latest{});
  node.run();
  const auto polled = node.from_device(2, poll_attributes{poll_id{2}, 60'000});
  node.run();
  node.rows->set_epoch(shard, second_epoch);
  const auto saved = node.from_device(1, telemetry("a", true));
  node.run();
  node.pass(20);
  CHECK(is_error(node.answer(saved), error_code::storage_unavailable));
  CHECK(is<rpc_delivery>(node.answer(parked)));
  CHECK(is_error(node.answer(polled), error_code::wrong_owner));
  CHECK(is_error(node.answer(called), error_code::overloaded));
  CHECK(node.status().active_devices == 0);
  CHECK(node.lost_shards == std::vector<std::pair<shard_id, persistence::shard_epoch>>{
                                {shard, persistence::first_epoch}});
  CHECK(is_error(node.answer(node.from_device(1, read_latest{})), error_code::wrong_owner));
}

TEST_CASE("what is under way of a closed shard does not touch the same shard opened again") {
  simulation node;
  store_device(*node.rows, 1);
  node.hold_commits = true;
  const auto old = node.from_device(1, telemetry("a", std::int64_t{1}));
  node.run();
  node.devices->close_shard(shard);
  node.rows->set_epoch(shard, second_epoch);
  node.devices->open_shard(shard, second_epoch);
  const auto fresh = node.from_device(1, telemetry("a", std::int64_t{2}));
  node.hold_commits = false;
  node.run();
  node.pass(20);
  CHECK(is_error(node.answer(old), error_code::storage_unavailable));
  CHECK(is<done>(node.answer(fresh)));
  CHECK(node.lost_shards.empty());
  CHECK(node.status().active_devices == 1);
}

TEST_CASE("reads wait while it is not sure that the shard is ours") {
  simulation node;
  store_device(*node.rows, 1);
  const auto before = node.from_application(1, read_latest{});
  node.run();
  CHECK(node.answered(before));
  node.owns_now = false;
  const auto read = node.from_application(1, read_latest{});
  const auto saved = node.from_device(1, telemetry("a", true));
  const auto poll = node.from_device(1, poll_rpc{poll_id{1}, 50});
  node.pass(100);
  CHECK(is<done>(node.answer(saved)));
  CHECK(is_error(node.answer(poll), error_code::poll_timeout));
  CHECK_FALSE(node.answered(read));
  SECTION("until it is sure again") {
    node.owns_now = true;
    node.pass(20);
    CHECK(is<std::vector<latest_value>>(node.answer(read)));
  }
  SECTION("but not for ever") {
    node.pass(10'000);
    CHECK(is_error(node.answer(read), error_code::storage_unavailable));
  }
  SECTION("or until the shard is gone") {
    node.devices->close_shard(shard);
    CHECK(is_error(node.answer(read), error_code::wrong_owner));
  }
  SECTION("and a drain waits for them") {
    bool drained = false;
    node.devices->drain_shard(shard, [&] { drained = true; });
    node.run();
    node.pass(20);
    CHECK_FALSE(drained);
    node.owns_now = true;
    node.pass(20);
    CHECK(drained);
    CHECK(is<std::vector<latest_value>>(node.answer(read)));
  }
}

TEST_CASE("a read that waits to be sure of the shard is answered by its own deadline") {
  simulation node;
  store_device(*node.rows, 1);
  const auto before = node.from_application(1, read_latest{});
  node.run();
  CHECK(node.answered(before));
  node.owns_now = false;
  const milliseconds deadline = node.clock.now().steady + 700;
  const auto read = node.send(1, administrator(), read_latest{}, deadline);
  node.pass(690);
  CHECK_FALSE(node.answered(read));
  node.pass(20);
  CHECK(is_error(node.answer(read), error_code::storage_unavailable));
}

TEST_CASE("a read behind a commit waits for both, the commit and the shard to be surely ours") {
  simulation node;
  store_device(*node.rows, 1);
  node.from_device(1, telemetry("a", std::int64_t{0}));
  node.run();
  node.hold_commits = true;
  const auto saved = node.from_device(1, telemetry("a", std::int64_t{1}));
  node.run();
  node.owns_now = false;
  const auto read = node.from_application(1, read_latest{});
  node.run();
  node.hold_commits = false;
  SECTION("the commit succeeds") {
    node.run();
    CHECK(is<done>(node.answer(saved)));
    CHECK_FALSE(node.answered(read));
    node.owns_now = true;
    node.pass(20);
    CHECK(std::get<std::vector<latest_value>>(node.answer(read)).front().val ==
          value(std::int64_t{1}));
  }
  SECTION("the commit fails") {
    node.rows->fail_commits(1);
    node.run();
    CHECK(is_error(node.answer(read), error_code::storage_unavailable));
  }
  SECTION("the shard is lost meanwhile") {
    node.rows->set_epoch(shard, second_epoch);
    node.run();
    CHECK(is<error>(node.answer(read)));
  }
}

TEST_CASE("a deletion that is not finished goes to the next owner") {
  simulation node;
  store_device(*node.rows, 1);
  node.from_device(1, telemetry("a", std::int64_t{1}, 1'000));
  node.run();
  node.hold_commits = true;
  const auto deleted = node.from_application(1, delete_telemetry{{"a"}, true, 0, 0, true, false});
  while (node.step()) {
  }
  bool drained = false;
  node.devices->drain_shard(shard, [&] { drained = true; });
  node.run();
  node.hold_commits = false;
  node.run();
  node.pass(20);
  CHECK(drained);
  // Without a router it is told so.
  CHECK(is_error(node.answer(deleted), error_code::wrong_owner));
}

TEST_CASE("a shard that moves while commits fail is left without what was not stored") {
  simulation node;
  store_device(*node.rows, 1);
  node.hold_commits = true;
  const auto lost = node.from_device(1, telemetry("a", true));
  node.run();
  node.rows->fail_commits(1);
  bool drained = false;
  node.devices->drain_shard(shard, [&] { drained = true; });
  node.hold_commits = false;
  node.run();
  node.pass(20);
  node.pass(20);
  CHECK(drained);
  CHECK(is_error(node.answer(lost), error_code::storage_unavailable));
}

TEST_CASE("what becomes of a shard, and of commits that came too late, is recorded") {
  simulation node;
  store_device(*node.rows, 1);
  move_shard(node);
  node.from_device(1, telemetry("a", true));
  node.run();
  node.rows->set_epoch(shard, persistence::shard_epoch{3});
  node.from_device(1, telemetry("a", false));
  node.run();
  std::set<std::pair<recorded, std::uint64_t>> seen;
  std::optional<error_code> failed;
  for (std::size_t place = 0; place < flight_recorder::places; ++place) {
    const auto event = node.events.at(place);
    if (event.number != 0 && event.shard == shard && event.device == device_id{}) {
      seen.emplace(event.what, event.detail);
    }
    if (event.number != 0 && event.what == recorded::commit_failed) {
      CHECK(event.device == device_of(1));
      failed = event.refusal;
    }
  }
  CHECK(seen == std::set<std::pair<recorded, std::uint64_t>>{{recorded::draining, 1},
                                                             {recorded::closed, 1},
                                                             {recorded::opened, 2},
                                                             {recorded::closed, 2}});
  CHECK(failed == error_code::wrong_owner);
}
