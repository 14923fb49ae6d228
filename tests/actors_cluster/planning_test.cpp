#include "actors/cluster/membership/planning.hpp"
#include "tests/actors_cluster/views.hpp"
#include "tests/catch.hpp"

#include <algorithm>

namespace muster {

namespace {

using persistence::cluster_view;
using persistence::member_status;
using persistence::node_ref;
using persistence::shard_targets;
using test::node;
using test::times;

const heard_peer everybody = [](const node_ref&) { return true; };
constexpr std::ptrdiff_t a_tenth = shard_count / 10;

std::ptrdiff_t count(const shard_targets& targets, const node_ref& who) {
  return std::ranges::count(targets, who);
}

void put(cluster_view& view, const shard_targets& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    view.shards[i].target = targets[i];
  }
}

/// The shards' owners follow their targets.
void move_all(cluster_view& view) {
  for (auto& row : view.shards) {
    row.owner = row.target;
  }
}

} // namespace

TEST_CASE("the lowest live node plans, and nobody when nothing is to be done") {
  CHECK(plan_of(test::view_of(3), node(0), times, everybody) == std::nullopt);
  auto view = test::view_of(3);
  view.members.push_back(test::live_member(3));
  CHECK(plan_of(view, node(0), times, everybody));
  CHECK(plan_of(view, node(1), times, everybody) == std::nullopt);
  view.members[0].status = member_status::leaving;
  CHECK(plan_of(view, node(0), times, everybody) == std::nullopt);
  CHECK(plan_of(view, node(1), times, everybody));
  // Not heard of for long.
  view.members[0].status = member_status::alive;
  view.members[0].heartbeat_age = times.heartbeat_fresh;
  CHECK(plan_of(view, node(1), times, everybody));
}

TEST_CASE("the first node is given all, at once") {
  cluster_view view;
  view.members.push_back(test::live_member(0));
  const auto plan = plan_of(view, node(0), times, everybody);
  REQUIRE(plan);
  CHECK(count(*plan, node(0)) == shard_count);
}

TEST_CASE("a new node is given a tenth a round until it has its share") {
  auto view = test::view_of(2);
  view.members.push_back(test::live_member(2));
  int rounds = 0;
  for (auto plan = plan_of(view, node(0), times, everybody); plan;
       plan = plan_of(view, node(0), times, everybody)) {
    ++rounds;
    const auto had = std::ranges::count(view.shards, node(2), &persistence::shard_row::owner);
    CHECK(count(*plan, node(2)) - had <= a_tenth);
    put(view, *plan);
    // Nothing more while these are on their way, half of them as well.
    CHECK(plan_of(view, node(0), times, everybody) == std::nullopt);
    move_all(view);
  }
  CHECK(rounds == 4);
  CHECK(std::ranges::count(view.shards, node(2), &persistence::shard_row::owner) == 85);
}

TEST_CASE("moves under way count for the round") {
  auto view = test::view_of(2);
  view.members.push_back(test::live_member(2));
  put(view, *plan_of(view, node(0), times, everybody));
  // All but five have arrived.
  int left = 5;
  for (auto& row : view.shards) {
    if (row.target == node(2) && left-- <= 0) {
      row.owner = node(2);
    }
  }
  const auto plan = plan_of(view, node(0), times, everybody);
  REQUIRE(plan);
  CHECK(count(*plan, node(2)) == 2 * a_tenth - 5);
}

TEST_CASE("shards of the dead and of those who leave are given away at once") {
  for (const auto gone : {member_status::dead, member_status::leaving}) {
    auto view = test::view_of(3);
    view.members[1].status = gone;
    const auto plan = plan_of(view, node(0), times, everybody);
    REQUIRE(plan);
    CHECK(count(*plan, node(1)) == 0);
    CHECK(count(*plan, node(0)) == 128);
    for (std::size_t i = 0; i < shard_count; ++i) {
      CHECK((view.shards[i].owner == node(1) || (*plan)[i] == view.shards[i].owner));
    }
  }
}

TEST_CASE("a node that is not heard of keeps what it has until it is dead") {
  auto view = test::view_of(3);
  view.members[1].heartbeat_age = times.heartbeat_fresh;
  const auto plan = plan_of(view, node(0), times, everybody);
  CHECK((!plan || count(*plan, node(1)) == 85));
  // A next life of it is somebody else.
  view.members[1] = {node(1, 2), "host1:1", member_status::alive, 0, 0, {}};
  const auto next = plan_of(view, node(0), times, everybody);
  REQUIRE(next);
  CHECK(count(*next, node(1)) == 0);
  CHECK(count(*next, node(1, 2)) == 85);
}

TEST_CASE("who owns nothing is given nothing before it was heard") {
  auto view = test::view_of(2);
  view.members.push_back(test::live_member(2));
  const heard_peer nobody = [](const node_ref&) { return false; };
  CHECK(plan_of(view, node(0), times, nobody) == std::nullopt);
  // Who owns something keeps and is given its share, heard or not.
  view.members[1].status = member_status::dead;
  view.shards[0].owner = view.shards[0].target = node(2);
  const auto plan = plan_of(view, node(0), times, nobody);
  REQUIRE(plan);
  CHECK(count(*plan, node(2)) == 128);
}

} // namespace muster
