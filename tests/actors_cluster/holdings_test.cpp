#include "actors/cluster/membership/holdings.hpp"
#include "tests/actors_cluster/views.hpp"
#include "tests/catch.hpp"

namespace muster::test {

using namespace persistence;

namespace {

constexpr shard_id shard{3};
constexpr shard_epoch first{7};
constexpr shard_epoch second{8};

/// n0's holdings with one shard that is served.
struct served_shard {
  membership_options options;
  holdings held{node(0), options};

  served_shard() {
    held.taken({{shard, shard_epoch{6}, {}}}, {{shard, first, 10}}, {}, 0);
    held.advance(0, [](shard_id) { return false; });
    REQUIRE(held.served(shard) == first);
    held.take_steps();
  }

  cluster_view view(shard_epoch epoch, const node_ref& owner) const {
    cluster_view now;
    now.members = {live_member(0), live_member(1)};
    now.shards[3] = {epoch, 10, owner, node(0)};
    return now;
  }
};

} // namespace

TEST_CASE("a shard that the store refused is not served again under that epoch") {
  served_shard at;
  at.held.lost(shard, first);
  at.held.saw(at.view(first, node(0)));
  REQUIRE(at.held.unconfirmed() == std::vector{shard});
  at.held.confirmed({shard}, {{shard, first, 12}}, 0);
  at.held.advance(1'000'000, [](shard_id) { return false; });
  CHECK_FALSE(at.held.served(shard));
  CHECK(at.held.take_steps().empty());
  REQUIRE(at.held.to_release().size() == 1);
  CHECK(at.held.to_release().front().epoch == first);

  at.held.released(at.held.to_release());
  const auto claims = at.held.claims(at.view(first, {}), {});
  REQUIRE(claims.size() == 1);
  at.held.taken(claims, {{shard, second, 12}}, {}, 1'000'000);
  at.held.advance(1'000'000, [](shard_id) { return false; });
  CHECK(at.held.served(shard) == second);
}

TEST_CASE(
    "a shard that was refused and taken again by a lost answer is served under its new epoch") {
  served_shard at;
  at.held.lost(shard, first);
  at.held.saw(at.view(second, node(0)));
  at.held.confirmed({shard}, {{shard, second, 12}}, 0);
  at.held.advance(at.options.takeover_wait, [](shard_id) { return false; });
  CHECK(at.held.served(shard) == second);
}

} // namespace muster::test
