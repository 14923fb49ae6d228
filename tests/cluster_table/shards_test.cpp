#include "tests/catch.hpp"
#include "tests/cluster_table/tables.hpp"

namespace muster::test {

using namespace persistence;

namespace {

shard_epoch after(shard_epoch epoch) {
  return static_cast<shard_epoch>(static_cast<std::uint64_t>(epoch) + 1);
}

} // namespace

TEMPLATE_TEST_CASE("a released shard is taken under the next epoch", "", memory_tables,
                   sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  const auto claims = claims_of(*table, 3);
  const auto taken = table->take(self, claims).value();
  REQUIRE(taken.size() == 3);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    CHECK(taken[i].shard == claims[i].shard);
    CHECK(taken[i].epoch == after(claims[i].seen_epoch));
    const auto row = row_of(*table, taken[i].shard);
    CHECK(row.owner == self);
    CHECK(row.epoch == taken[i].epoch);
    CHECK(row.seq == taken[i].seq);
  }
  CHECK(row_of(*table, shard_id{3}).owner == node_ref{});
}

TEMPLATE_TEST_CASE("a claim that is not as the row is takes nothing, the others of the call do", "",
                   memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto first = join(*table, "n1");
  const auto second = join(*table, "n2");
  auto claims = claims_of(*table, 4);
  claims[1].seen_epoch = after(claims[1].seen_epoch);
  claims[2].seen_owner = second;
  const auto taken = table->take(first, claims).value();
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].shard == shard_id{0});
  CHECK(taken[1].shard == shard_id{3});
  CHECK(row_of(*table, shard_id{1}).owner == node_ref{});
  CHECK(row_of(*table, shard_id{2}).owner == node_ref{});
}

TEMPLATE_TEST_CASE("a shard is taken from the dead only", "", memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto owner = join(*table, "n1");
  const auto taker = join(*table, "n2");
  const auto owned = table->take(owner, claims_of(*table, 1)).value();
  const auto claims = claims_of(*table, 1);
  CHECK(table->take(taker, claims).value().empty());
  REQUIRE(table->leave(owner).value());
  CHECK(table->take(taker, claims).value().empty());
  REQUIRE(table->depart(owner).has_value());
  const auto taken = table->take(taker, claims).value();
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].epoch == after(owned[0].epoch));
  // The same claim again, as after a lost answer: the row has moved on.
  CHECK(table->take(taker, claims).value().empty());
}

TEMPLATE_TEST_CASE("the dead take nothing", "", memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto dead = join(*table, "n1");
  const auto now = join(*table, "n1");
  CHECK(table->take(dead, claims_of(*table, 2)).value().empty());
  CHECK(table->take({"n9", 1}, claims_of(*table, 2)).value().empty());
  CHECK(table->take(now, claims_of(*table, 2)).value().size() == 2);
}

TEMPLATE_TEST_CASE("what is one's own is confirmed, and nothing else", "", memory_tables,
                   sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  const auto other = join(*table, "n2");
  const auto own = table->take(self, std::vector{claim_of(*table, shard_id{5})}).value();
  REQUIRE(table->take(other, std::vector{claim_of(*table, shard_id{6})}).value().size() == 1);
  const std::vector asked{shard_id{5}, shard_id{6}, shard_id{7}};
  const auto before = table->read().value();
  CHECK(table->confirm(self, asked).value() == own);
  CHECK(table->confirm(self, std::vector{shard_id{6}}).value().empty());
  CHECK(table->read().value().shards == before.shards);
}

TEMPLATE_TEST_CASE("one's own shards are released, under the epochs that are named", "",
                   memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  const auto other = join(*table, "n2");
  auto own = table->take(self, claims_of(*table, 3)).value();
  const auto before = table->read().value();
  own[1].epoch = after(own[1].epoch);
  // The sequence moved on with each commit since it was taken.
  own[0].seq += 5;
  REQUIRE(table->release(other, own).has_value());
  CHECK(table->read().value().shards == before.shards);
  REQUIRE(table->release(self, own).has_value());
  CHECK(row_of(*table, shard_id{0}).owner == node_ref{});
  CHECK(row_of(*table, shard_id{0}).epoch == own[0].epoch);
  CHECK(row_of(*table, shard_id{0}).seq == before.shards[0].seq);
  CHECK(row_of(*table, shard_id{1}).owner == self);
  CHECK(row_of(*table, shard_id{2}).owner == node_ref{});

  // Once more, as after a lost answer, when another node has it already.
  REQUIRE(table->take(other, claims_of(*table, 1)).value().size() == 1);
  REQUIRE(table->release(self, own).has_value());
  CHECK(row_of(*table, shard_id{0}).owner == other);
  CHECK(table->release(self, {}).has_value());
}

} // namespace muster::test
