#include "actors/cluster/membership/peer_watch.hpp"
#include "tests/actors_cluster/views.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <vector>

namespace muster {

namespace {

using persistence::node_ref;
using test::node;
using test::times;

/// Lets time pass in small steps; the peers in `answering` answer at once.
milliseconds pass(peer_watch& watch, milliseconds from, milliseconds how_long,
                  const std::vector<node_ref>& answering) {
  for (milliseconds now = from; now < from + how_long; now += 10) {
    for (const auto& one : watch.tick(now)) {
      if (std::ranges::find(answering, one) != answering.end()) {
        watch.answered(one, true, now);
      }
    }
  }
  return from + how_long;
}

} // namespace

TEST_CASE("the next peers of the ring are probed, and those voted against") {
  peer_watch watch(node(3), times);
  auto view = test::view_of(8);
  watch.saw(view);
  CHECK(watch.tick(0) == std::vector<node_ref>{node(4), node(5), node(6)});
  view.members[1].votes = {{node(0), 10}};
  view.members[4].status = persistence::member_status::dead;
  watch.saw(view);
  watch.answered(node(5), true, 10);
  CHECK(watch.tick(10) == std::vector<node_ref>{node(1), node(7)});
  // Round the end of the names.
  peer_watch at_the_end(node(7), times);
  at_the_end.saw(test::view_of(8));
  CHECK(at_the_end.tick(0) == std::vector<node_ref>{node(0), node(1), node(2)});
}

TEST_CASE("who owns nothing yet is probed, and heard once it answered") {
  peer_watch watch(node(3), times);
  auto view = test::view_of(8);
  view.members.push_back(test::live_member(8));
  watch.saw(view);
  CHECK(watch.tick(0) == std::vector<node_ref>{node(4), node(5), node(6), node(8)});
  watch.answered(node(8), false, 10);
  CHECK_FALSE(watch.heard(node(8)));
  watch.answered(node(8), true, 20);
  CHECK(watch.heard(node(8)));
  CHECK_FALSE(watch.heard(node(4)));
}

TEST_CASE("a peer that stops answering is silent after three probes") {
  peer_watch watch(node(0), times);
  watch.saw(test::view_of(3));
  auto now = pass(watch, 0, 5'000, {node(1), node(2)});
  CHECK_FALSE(watch.silent(node(1)));
  now = pass(watch, now, 2 * times.probe_timeout, {node(2)});
  CHECK_FALSE(watch.silent(node(1)));
  now = pass(watch, now, times.probe_every + times.probe_timeout + 20, {node(2)});
  CHECK(watch.silent(node(1)));
  CHECK_FALSE(watch.silent(node(2)));
  // One answer, even a late one, and it is not.
  watch.answered(node(1), true, now);
  CHECK_FALSE(watch.silent(node(1)));
}

TEST_CASE("a refusal counts as soon as it comes") {
  peer_watch watch(node(0), times);
  watch.saw(test::view_of(2));
  auto now = pass(watch, 0, 4'000, {node(1)});
  const auto began = now;
  while (!watch.silent(node(1))) {
    for (const auto& one : watch.tick(now)) {
      watch.answered(one, false, now);
    }
    now += 10;
  }
  CHECK(now - began <= 3 * times.probe_every);
}

TEST_CASE("nothing is held against a peer that may still be connecting") {
  peer_watch watch(node(0), times);
  watch.saw(test::view_of(2));
  auto now = pass(watch, 0, times.probe_grace, {});
  CHECK_FALSE(watch.silent(node(1)));
  pass(watch, now, 4 * times.probe_timeout, {});
  CHECK(watch.silent(node(1)));
}

TEST_CASE("who was stopped himself has heard nobody") {
  peer_watch watch(node(0), times);
  watch.saw(test::view_of(2));
  auto now = pass(watch, 0, 5'000, {node(1)});
  for (int i = 0; i < 10; ++i) {
    now += 5'000;
    watch.tick(now);
  }
  CHECK_FALSE(watch.silent(node(1)));
}

} // namespace muster
