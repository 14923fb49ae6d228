#include "actors/cluster/membership/verdicts.hpp"
#include "tests/actors_cluster/views.hpp"
#include "tests/catch.hpp"

#include <set>

namespace muster {

namespace {

using persistence::member_status;
using persistence::node_ref;
using test::node;
using test::times;

/// What n0 makes of a view in which these nodes do not answer.
std::optional<verdict> judged(const persistence::cluster_view& view,
                              const std::set<node_ref>& not_heard, milliseconds view_age = 0,
                              const std::set<node_ref>& not_renewed = {}) {
  const std::function<bool(const node_ref&)> silent = [&](const node_ref& one) {
    return not_heard.contains(one);
  };
  const std::function<bool(const node_ref&)> unheard = [&](const node_ref& one) {
    return not_renewed.contains(one);
  };
  return judge({view, view_age, unheard, silent}, node(0), times);
}

} // namespace

TEST_CASE("nobody is judged without a reason") {
  CHECK(judged(test::view_of(4), {}) == std::nullopt);
  // Neither oneself, nor who is dead.
  CHECK(judged(test::view_of(4), {node(0)}) == std::nullopt);
  auto view = test::view_of(4);
  view.members[2].status = member_status::dead;
  CHECK(judged(view, {node(2)}) == std::nullopt);
}

TEST_CASE("two votes are needed, and each voter has one") {
  auto view = test::view_of(4);
  CHECK(judged(view, {node(2)}) == verdict{node(2), false});
  view.members[2].votes = {{node(0), 500}};
  CHECK(judged(view, {node(2)}) == std::nullopt);
  view.members[2].votes = {{node(0), 500}, {node(3), 800}};
  CHECK(judged(view, {node(2)}) == verdict{node(2), true});
  view.members[2].votes = {{node(3), 800}};
  CHECK(judged(view, {node(2)}) == verdict{node(2), true});
}

TEST_CASE("votes of the dead, the suspect itself and old ones count nothing") {
  auto view = test::view_of(5);
  view.members[4].status = member_status::dead;
  view.members[2].votes = {{node(4), 500}};
  CHECK(judged(view, {node(2)}) == verdict{node(2), false});
  view.members[2].votes = {{node(2), 500}};
  CHECK(judged(view, {node(2)}) == verdict{node(2), false});
  view.members[2].votes = {{node(3), times.vote_window}};
  CHECK(judged(view, {node(2)}) == verdict{node(2), false});
  // It has aged since the view was read.
  view.members[2].votes = {{node(3), times.vote_window - 100}};
  CHECK(judged(view, {node(2)}, 50) == verdict{node(2), true});
  CHECK(judged(view, {node(2)}, 100) == verdict{node(2), false});
  // One's own is cast again once it is too old.
  view.members[2].votes = {{node(0), times.vote_window}};
  CHECK(judged(view, {node(2)}) == verdict{node(2), false});
}

TEST_CASE("one vote is enough where there is nobody else to vote") {
  CHECK(judged(test::view_of(2), {node(1)}) == verdict{node(1), true});
  CHECK(judged(test::view_of(3), {node(1)}) == verdict{node(1), false});
  CHECK(judged(test::view_of(3), {node(1)}, 0, {node(2)}) == verdict{node(1), true});
}

TEST_CASE("who does not renew its row is judged like who does not answer") {
  CHECK(judged(test::view_of(3), {}, 0, {node(1)}) == verdict{node(1), false});
  // Not oneself: that is told by the renewal's answer.
  CHECK(judged(test::view_of(3), {}, 0, {node(0)}) == std::nullopt);
}

} // namespace muster
