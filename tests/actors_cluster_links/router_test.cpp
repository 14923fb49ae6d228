#include "actors/cluster/links/channel.hpp"
#include "tests/actors_cluster_links/fleet.hpp"
#include "tests/catch.hpp"

namespace muster {

namespace {

using test::network;
using test::patience;
using test::plain_node;
using test::recording_sink;
using test::test_clock;

device_id device_of(std::uint8_t number) {
  device_id id;
  id.value.bytes[15] = number;
  return id;
}

/// Two nodes; who owns everything is said by each test.
class two_nodes {
public:
  two_nodes() {
    const std::vector<peer_address> all{{here.self, "here", 1}, {there.self, "there", 1}};
    here.peers->set_peers({all[1]});
    there.peers->set_peers({all[0]});
    way.run();
  }

  void everything_of(plain_node* owner) {
    for (plain_node* node : {&here, &there}) {
      for (std::uint16_t shard = 0; shard < shard_count; ++shard) {
        if (node == owner) {
          node->registry.open(shard_id{shard});
        } else {
          node->registry.drain(shard_id{shard});
        }
      }
    }
    tell(here, owner);
    tell(there, owner);
  }

  /// What a node believes.
  void tell(plain_node& who, plain_node* owner) {
    std::array<shard_holder, shard_count> holders{};
    for (auto& one : holders) {
      if (owner == &who) {
        one = own_shard{};
      } else if (owner != nullptr) {
        one = other_owner{owner->self, {}, "there:1"};
      }
    }
    who.shards.replace(std::move(holders));
  }

  void save(std::uint64_t request, const std::string& key = "k") {
    command what{device_of(1), device_sender{}, clock.now().steady + patience,
                 save_attributes{attribute_scope::client, {{key, true}}, false}};
    here.routes.send(std::move(what), replies.handle(request));
  }

  void poll(std::uint64_t request, std::uint64_t poll, milliseconds timeout = 60'000) {
    command what{device_of(1), device_sender{}, clock.now().steady + patience,
                 poll_rpc{poll_id{poll}, timeout}};
    here.routes.send(std::move(what), replies.handle(request));
  }

  void report(std::uint64_t poll, poll_report::outcome what) {
    here.routes.report({device_of(1), poll_id{poll}, what});
  }

  /// Until nothing moves any more.
  void settle() {
    do {
      way.run();
    } while (here.registry.carry_out_one() || there.registry.carry_out_one() || way.step());
  }

  void pass(milliseconds span) {
    for (milliseconds step = 0; step < span; step += 50) {
      clock.advance(50);
      here.registry.tick();
      there.registry.tick();
      here.routes.retry();
      there.routes.retry();
      settle();
    }
  }

  bool answered(std::uint64_t request) const { return replies.replies.contains(request); }
  template <class Reply>
  bool got(std::uint64_t request) const {
    return answered(request) && replies.replies.at(request).size() == 1 &&
           std::holds_alternative<Reply>(replies.replies.at(request).front());
  }

  test_clock clock;
  recording_sink replies;
  network way{1};
  plain_node here{"n1", way, clock};
  plain_node there{"n2", way, clock};
};

} // namespace

TEST_CASE_METHOD(two_nodes, "a command is carried out where its shard is served") {
  everything_of(&here);
  save(1);
  settle();
  CHECK(got<done>(1));
  CHECK(here.registry.carried_out["k"] == 1);

  everything_of(&there);
  save(2, "l");
  settle();
  CHECK(got<done>(2));
  CHECK(there.registry.carried_out["l"] == 1);
  CHECK(here.peers->counters().requests_sent == 1);
}

TEST_CASE_METHOD(two_nodes, "one without an owner waits for it until its deadline") {
  save(1, "kept");
  save(2, "late");
  pass(1'000);
  CHECK_FALSE(answered(1));
  everything_of(&there);
  here.routes.retry();
  settle();
  CHECK(got<done>(1));
  CHECK(got<done>(2));

  everything_of(nullptr);
  save(3, "never");
  pass(patience - 100);
  CHECK_FALSE(answered(3));
  pass(200);
  CHECK(replies.refused(3) == error_code::overloaded);
  CHECK(there.registry.carried_out.count("never") == 0);
}

TEST_CASE_METHOD(two_nodes, "one sent to the wrong node goes to the right one") {
  everything_of(&there);
  // This node has not heard of the move yet.
  there.registry.drain(shard_of(device_of(1)));
  here.registry.open(shard_of(device_of(1)));
  save(1);
  settle();
  CHECK_FALSE(answered(1));
  tell(here, &here);
  here.routes.retry();
  settle();
  CHECK(got<done>(1));
  CHECK(here.registry.carried_out["k"] == 1);
  CHECK(here.routes.counters().repeated == 1);
}

TEST_CASE_METHOD(two_nodes, "the same node is asked again after 50 ms, not before") {
  everything_of(&there);
  there.registry.drain(shard_of(device_of(1)));
  save(1);
  settle();
  here.routes.retry();
  settle();
  CHECK(here.routes.counters().repeated == 1);
  pass(50);
  CHECK(here.routes.counters().repeated == 2);
  there.registry.open(shard_of(device_of(1)));
  pass(50);
  CHECK(got<done>(1));
}

TEST_CASE_METHOD(two_nodes, "what its own registry gives back is sent on") {
  everything_of(&here);
  here.registry.drain(shard_of(device_of(1)));
  save(1);
  CHECK_FALSE(answered(1));
  there.registry.open(shard_of(device_of(1)));
  tell(here, &there);
  here.routes.retry();
  settle();
  CHECK(got<done>(1));
  CHECK(there.registry.carried_out["k"] == 1);
}

TEST_CASE_METHOD(two_nodes, "of a lost node unknown is said only of what it may have done") {
  everything_of(&there);
  save(1);
  command read{device_of(1), device_sender{}, clock.now().steady + patience, read_latest{}};
  here.routes.send(std::move(read), replies.handle(2));
  way.run();
  CHECK(there.registry.queued() == 2);
  way.cut(there.self, true);
  way.break_all();
  CHECK(replies.refused(1) == error_code::storage_unavailable);
  // Reads are asked again.
  CHECK_FALSE(answered(2));
  everything_of(&here);
  here.routes.retry();
  settle();
  CHECK(got<std::vector<latest_value>>(2));
}

TEST_CASE_METHOD(two_nodes, "what a node that says farewell has not answered goes to another one") {
  everything_of(&there);
  save(1);
  way.run();
  REQUIRE(there.registry.carry_out_one());
  save(2);
  save(3);
  way.run();
  CHECK(got<done>(1));
  CHECK(there.registry.queued() == 2);
  there.peers->say_farewell();
  way.run();
  CHECK_FALSE(answered(2));
  everything_of(&here);
  here.routes.retry();
  while (here.registry.carry_out_one()) {
    way.run();
  }
  CHECK(got<done>(2));
  CHECK(got<done>(3));
}

TEST_CASE_METHOD(two_nodes, "what has not left is no loss") {
  everything_of(&there);
  way.cut(there.self, true);
  // More than may be on its way unacknowledged.
  for (std::uint64_t i = 1; i <= channel::window + 1; ++i) {
    save(i, std::to_string(i));
  }
  way.break_all();
  CHECK(replies.refused(1) == error_code::storage_unavailable);
  CHECK_FALSE(answered(channel::window + 1));
  everything_of(&here);
  here.routes.retry();
  settle();
  CHECK(got<done>(channel::window + 1));
}

TEST_CASE_METHOD(two_nodes, "a poll follows its shard within its own time") {
  everything_of(&there);
  poll(1, 7, 3'000);
  settle();
  CHECK(there.registry.parked() == 1);
  // Beyond the command's own deadline.
  pass(2'500);
  everything_of(nullptr);
  settle();
  CHECK_FALSE(answered(1));
  everything_of(&here);
  here.routes.retry();
  settle();
  CHECK(here.registry.parked() == 1);
  pass(400);
  CHECK_FALSE(answered(1));
  pass(150);
  CHECK(replies.refused(1) == error_code::poll_timeout);
}

TEST_CASE_METHOD(two_nodes, "a device's own RPC follows its shard within its time") {
  plain_node* const first = GENERATE_REF(&here, &there);
  plain_node* const second = first == &here ? &there : &here;
  everything_of(first);
  here.routes.send(
      {device_of(1), device_sender{}, clock.now().steady + patience, call_rules{"getTime", {"{}"}}},
      replies.handle(1));
  settle();
  CHECK(first->registry.parked() == 1);
  pass(2'500);
  everything_of(nullptr);
  settle();
  CHECK_FALSE(answered(1));
  everything_of(second);
  here.routes.retry();
  settle();
  CHECK(second->registry.parked() == 1);
  CHECK(first->registry.chains_run + second->registry.chains_run == 1);
  pass(400);
  CHECK_FALSE(answered(1));
  // Its time begins anew where it is; the edge knows better, to a second.
  pass(1'150);
  CHECK(replies.refused(1) == error_code::poll_timeout);
}

TEST_CASE_METHOD(two_nodes, "a poll without any owner ends as if nothing had happened") {
  poll(1, 7, 500);
  poll(2, 8, 0);
  here.routes.retry();
  CHECK(replies.refused(2) == error_code::poll_timeout);
  pass(450);
  CHECK_FALSE(answered(1));
  pass(50);
  CHECK(replies.refused(1) == error_code::poll_timeout);
}

TEST_CASE_METHOD(two_nodes, "a poll is reported to the node that answered it") {
  everything_of(&there);
  poll(1, 7);
  settle();
  REQUIRE(there.registry.serve_poll());
  way.run();
  CHECK(got<rpc_delivery>(1));
  // The shard moves while the answer is being written.
  everything_of(&here);
  report(7, poll_report::outcome::written);
  way.run();
  REQUIRE(there.registry.reports.size() == 1);
  CHECK(there.registry.reports.front().what == poll_report::outcome::written);
  CHECK(there.registry.unreported.empty());
  CHECK(here.registry.reports.empty());
}

TEST_CASE_METHOD(two_nodes, "polls of a node that is gone are lost") {
  everything_of(&there);
  poll(1, 7);
  poll(2, 8);
  settle();
  REQUIRE(there.registry.serve_poll());
  way.run();
  way.cut(here.self, true);
  way.break_all();
  CHECK(there.registry.parked() == 0);
  CHECK(there.registry.unreported.empty());
  REQUIRE(there.registry.reports.size() == 1);
  CHECK(there.registry.reports.front().what == poll_report::outcome::lost);
}

TEST_CASE_METHOD(two_nodes, "a poll whose client has gone is forgotten wherever it is") {
  SECTION("here") {
    everything_of(&here);
    poll(1, 7);
    settle();
    report(7, poll_report::outcome::lost);
    CHECK(here.registry.parked() == 0);
  }
  SECTION("at the other node") {
    everything_of(&there);
    poll(1, 7);
    settle();
    report(7, poll_report::outcome::lost);
    way.run();
    CHECK(there.registry.parked() == 0);
  }
  SECTION("waiting for an owner") {
    poll(1, 7);
    CHECK(here.routes.counters().waiting == 1);
    report(7, poll_report::outcome::lost);
    CHECK(here.routes.counters().waiting == 0);
  }
  SECTION("on its way back from the wrong node") {
    everything_of(&there);
    there.registry.drain(shard_of(device_of(1)));
    poll(1, 7);
    report(7, poll_report::outcome::lost);
    everything_of(&here);
    pass(100);
    CHECK(here.registry.parked() == 0);
  }
  SECTION("with an answer on its way") {
    everything_of(&there);
    poll(1, 7);
    settle();
    REQUIRE(there.registry.serve_poll());
    report(7, poll_report::outcome::lost);
    way.run();
    CHECK(there.registry.unreported.empty());
  }
  settle();
  CHECK(replies.replies[1].size() == 1);
  CHECK(here.routes.counters().under_way == 0);
}

TEST_CASE_METHOD(two_nodes, "a caller of an RPC follows the shard until the RPC expires") {
  everything_of(&here);
  rpc_request request;
  request.method = "reboot";
  request.expiration = clock.now().wall + 30'000;
  command what{device_of(1), system_sender{}, clock.now().steady + patience, send_rpc{request}};
  here.routes.send(std::move(what), replies.handle(1));
  // Its own registry hands the shard over.
  plain_node& old = here;
  clock.advance(10'000);
  old.registry.not_served = nullptr;
  CHECK(here.routes.counters().under_way == 1);
  there.registry.open(shard_of(device_of(1)));
  tell(here, &there);
  here.routes.push([&] {
    std::vector<completion> batch;
    batch.push_back({reply_handle({&here.routes, 0, 1}), error{error_code::wrong_owner, {}}});
    return batch;
  }());
  way.run();
  CHECK(there.registry.queued() == 1);
  settle();
  CHECK(got<done>(1));
}

TEST_CASE("a peer is given no more than it may have to work at") {
  test_clock clock;
  recording_sink replies;
  network way(1);
  plain_node here("n1", way, clock, {.requests = 3, .bytes = 10'000});
  plain_node there("n2", way, clock);
  here.peers->set_peers({{there.self, "there", 1}});
  there.peers->set_peers({{here.self, "here", 1}});
  way.run();
  std::array<shard_holder, shard_count> holders{};
  holders.fill(other_owner{there.self, {}, "there:1"});
  here.shards.replace(holders);
  for (std::uint16_t shard = 0; shard < shard_count; ++shard) {
    there.registry.open(shard_id{shard});
  }
  const auto save = [&](std::uint64_t request, std::size_t size) {
    command what{device_of(1), device_sender{}, clock.now().steady + patience,
                 save_attributes{attribute_scope::client, {{std::string(size, 'k'), true}}, false}};
    here.routes.send(std::move(what), replies.handle(request));
  };
  for (std::uint64_t i = 1; i <= 4; ++i) {
    save(i, 10);
  }
  CHECK(replies.refused(4) == error_code::overloaded);
  way.run();
  while (there.registry.carry_out_one()) {
  }
  way.run();
  CHECK(replies.replies.size() == 4);
  // One that is too large by itself is let through alone.
  save(5, 20'000);
  save(6, 10);
  CHECK(replies.refused(6) == error_code::overloaded);
  CHECK(here.peers->counters().refused == 2);
}

TEST_CASE("a peer is given no more large answers than it takes") {
  test_clock clock;
  recording_sink replies;
  network way(1);
  plain_node here("n1", way, clock);
  plain_node there("n2", way, clock, {.requests = 100, .bytes = 5'000'000});
  here.peers->set_peers({{there.self, "there", 1}});
  there.peers->set_peers({{here.self, "here", 1}});
  way.run();
  std::array<shard_holder, shard_count> holders{};
  holders.fill(other_owner{there.self, {}, "there:1"});
  here.shards.replace(holders);
  for (std::uint16_t shard = 0; shard < shard_count; ++shard) {
    there.registry.open(shard_id{shard});
  }
  there.registry.latest = {{"k", 0, std::string(2'000'000, 'x')}};
  for (std::uint64_t i = 1; i <= 5; ++i) {
    here.routes.send({device_of(1), device_sender{}, clock.now().steady + patience, read_latest{}},
                     replies.handle(i));
  }
  way.run();
  while (there.registry.carry_out_one()) {
  }
  way.run();
  std::size_t whole = 0;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    REQUIRE(replies.replies.at(i).size() == 1);
    whole += replies.refused(i) == error_code::overloaded ? 0 : 1;
  }
  CHECK(whole >= 2);
  CHECK(whole <= 3);
  CHECK(there.peers->counters().refused == 5 - whole);
}

TEST_CASE("commands without an owner are kept up to a bound") {
  test_clock clock;
  recording_sink replies;
  network way(1);
  plain_node here("n1", way, clock, {}, {.waiting = 2, .waiting_bytes = 1'000});
  for (std::uint64_t i = 1; i <= 3; ++i) {
    here.routes.send({device_of(1), device_sender{}, clock.now().steady + patience, read_latest{}},
                     replies.handle(i));
  }
  CHECK_FALSE(replies.refused(2));
  CHECK(replies.refused(3) == error_code::overloaded);
  clock.advance(patience);
  here.routes.retry();
  CHECK(replies.replies.size() == 3);
  const auto large = [&](std::uint64_t request) {
    here.routes.send({device_of(1), device_sender{}, clock.now().steady + patience,
                      save_attributes{attribute_scope::client, {{std::string(900, 'k'), true}}}},
                     replies.handle(request));
  };
  large(4);
  large(5);
  CHECK_FALSE(replies.refused(4));
  CHECK(replies.refused(5) == error_code::overloaded);
}

TEST_CASE_METHOD(two_nodes, "probes are answered by whoever is there") {
  std::vector<bool> alive;
  here.peers->probe(there.self, [&](bool yes) { alive.push_back(yes); });
  way.run();
  CHECK(alive == std::vector<bool>{true});
  here.peers->probe({"n9", 1}, [&](bool yes) { alive.push_back(yes); });
  CHECK(alive == std::vector<bool>{true, false});
  way.cut(there.self, true);
  here.peers->probe(there.self, [&](bool yes) { alive.push_back(yes); });
  way.run();
  clock.advance(1'000);
  here.peers->tick();
  CHECK(alive == std::vector<bool>{true, false, false});
}

TEST_CASE_METHOD(two_nodes, "news reaches all that are connected") {
  here.peers->tell_all("token 7");
  way.run();
  REQUIRE(there.news.size() == 1);
  CHECK(there.news.front() == std::pair(here.self, std::string("token 7")));
}

TEST_CASE_METHOD(two_nodes, "who leaves the view is dropped at once") {
  everything_of(&there);
  save(1);
  way.run();
  here.peers->set_peers({});
  CHECK(replies.refused(1) == error_code::storage_unavailable);
  settle();
  CHECK(here.peers->counters().peers_connected == 0);
  save(2);
  CHECK_FALSE(answered(2));
  pass(patience + 50);
  CHECK(replies.refused(2) == error_code::overloaded);
}

} // namespace muster
