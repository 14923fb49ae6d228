#include "actors/cluster/ownership/read_lease.hpp"
#include "actors/cluster/ownership/shard_map.hpp"
#include "tests/catch.hpp"

namespace muster {

namespace {

struct set_clock final : clock_source {
  instant now() const noexcept override { return at; }
  instant at;
};

} // namespace

TEST_CASE("the lease counts from the sending of the last renewal") {
  set_clock clock;
  clock.at = {0, -5'000'000};
  read_lease lease(clock, 1'000);
  CHECK_FALSE(lease.valid());
  lease.renewed(-5'000'300);
  CHECK(lease.valid());
  clock.at.steady = -5'000'300 + 999;
  CHECK(lease.valid());
  clock.at.steady += 1;
  CHECK_FALSE(lease.valid());
  // The wall clock has no say.
  clock.at.wall = -1'000'000'000;
  CHECK_FALSE(lease.valid());
  lease.renewed(clock.at.steady);
  CHECK(lease.valid());
  // An answer that was overtaken takes nothing back.
  lease.renewed(clock.at.steady - 2'000);
  CHECK(lease.valid());
}

TEST_CASE("who listens to the map is told of changes, and only of them") {
  shard_map map;
  int told = 0;
  map.on_change([&] { ++told; });
  CHECK(map.owner_of(shard_id{9}) == shard_holder(no_owner{}));
  std::array<shard_holder, shard_count> holders{};
  map.replace(holders);
  CHECK(told == 0);
  CHECK(map.version() == 0);
  holders[9] = own_shard{shard_epoch{4}};
  holders[10] = other_owner{{"n2", 1}, shard_epoch{2}, "host:1"};
  map.replace(holders);
  CHECK(told == 1);
  CHECK(map.version() == 1);
  CHECK(map.served() == 1);
  CHECK(map.owner_of(shard_id{9}) == shard_holder(own_shard{shard_epoch{4}}));
  CHECK(map.owner_of(shard_id{10}) == holders[10]);
  map.replace(holders);
  CHECK(told == 1);
}

TEST_CASE("nodes are written as name and generation") {
  using persistence::parse_node_ref;
  CHECK(to_text(node_ref{"n1", 3}) == "n1:3");
  CHECK(to_text(node_ref{}).empty());
  CHECK(parse_node_ref("n1:3") == node_ref{"n1", 3});
  CHECK(parse_node_ref("a.b-c_D:18446744073709551615") == node_ref{"a.b-c_D", UINT64_MAX});
  for (const auto* wrong : {"", "n1", "n1:", ":3", "n1:03", "n1:0", "n1:x", "n1:3 ", "n 1:3",
                            "n1:18446744073709551616", "n1:-3", "n1:2:3"}) {
    INFO(wrong);
    CHECK_FALSE(parse_node_ref(wrong));
  }
}

} // namespace muster
