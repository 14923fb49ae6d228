#include "tests/catch.hpp"
#include "tests/cluster_table/tables.hpp"

namespace muster::test {

using namespace persistence;

namespace {

constexpr milliseconds hour = 3'600'000;

} // namespace

TEMPLATE_TEST_CASE("who joins is a member of the next generation", "", memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto before = table->read().value().version;
  CHECK(table->join("n1", "host:1").value() == node_ref{"n1", 1});
  CHECK(join(*table, "n2") == node_ref{"n2", 1});
  CHECK(table->join("n1", "host:2").value() == node_ref{"n1", 2});

  const auto view = table->read().value();
  CHECK(view.version > before);
  REQUIRE(view.members.size() == 2);
  CHECK(view.members[0].node == node_ref{"n1", 2});
  CHECK(view.members[0].address == "host:2");
  CHECK(view.members[0].status == member_status::alive);
  CHECK(view.members[0].heartbeat_age < hour);
  CHECK(view.members[1].node == node_ref{"n2", 1});
}

TEMPLATE_TEST_CASE("a generation that owns something is kept when the next one joins, dead", "",
                   memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto first = join(*table, "n1");
  REQUIRE(table->take(first, std::vector{claim_of(*table, shard_id{7})}).value().size() == 1);
  const auto second = join(*table, "n1");

  const auto view = table->read().value();
  REQUIRE(view.members.size() == 2);
  CHECK(find_member(view, first)->status == member_status::dead);
  CHECK(view.shards[7].owner == first);
  REQUIRE(table->take(second, std::vector{claim_of(*table, shard_id{7})}).value().size() == 1);
  CHECK(join(*table, "n1") == node_ref{"n1", 3});
  CHECK(find_member(table->read().value(), first) == nullptr);
}

TEMPLATE_TEST_CASE("who is alive renews, who is dead or unknown does not", "", memory_tables,
                   sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  tables.pass(hour);
  CHECK(table->read().value().members.front().heartbeat_age >= hour);
  const auto version = table->read().value().version;
  CHECK(table->renew(self).value());
  const auto view = table->read().value();
  CHECK(view.members.front().heartbeat_age < hour);
  CHECK(view.version == version);

  CHECK_FALSE(table->renew({"n1", 2}).value());
  CHECK_FALSE(table->renew({"n9", 1}).value());
  join(*table, "n1");
  CHECK_FALSE(table->renew(self).value());
}

TEMPLATE_TEST_CASE("a vote counts against the view it was cast on", "", memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto voter = join(*table, "n1");
  const auto suspect = join(*table, "n2");
  const auto seen = table->read().value().version;
  CHECK_FALSE(table->vote(seen - 1, suspect, voter, true).value());
  CHECK_FALSE(table->vote(seen + 1, suspect, voter, true).value());
  CHECK(table->read().value().version == seen);

  REQUIRE(table->vote(seen, suspect, voter, false).value());
  auto view = table->read().value();
  CHECK(view.version > seen);
  REQUIRE(find_member(view, suspect)->votes.size() == 1);
  CHECK(find_member(view, suspect)->votes[0].voter == voter);
  CHECK(find_member(view, suspect)->votes[0].age < hour);
  CHECK(find_member(view, suspect)->status == member_status::alive);
  CHECK_FALSE(table->vote(seen, suspect, voter, true).value());

  tables.pass(hour);
  CHECK(find_member(table->read().value(), suspect)->votes[0].age >= hour);
  REQUIRE(table->vote(view.version, suspect, voter, false).value());
  view = table->read().value();
  REQUIRE(find_member(view, suspect)->votes.size() == 1);
  CHECK(find_member(view, suspect)->votes[0].age < hour);

  REQUIRE(table->vote(view.version, suspect, voter, true).value());
  view = table->read().value();
  CHECK(find_member(view, suspect)->status == member_status::dead);
  // Of the dead nobody votes, and against them neither.
  CHECK_FALSE(table->vote(view.version, suspect, voter, true).value());
  CHECK_FALSE(table->vote(view.version, voter, suspect, true).value());
  CHECK(table->renew(voter).value());
  CHECK_FALSE(table->renew(suspect).value());
}

TEMPLATE_TEST_CASE("a plan replaces the one before, if nothing has changed since", "",
                   memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  const auto seen = table->read().value().version;
  shard_targets targets;
  targets[3] = self;
  CHECK_FALSE(table->plan(seen - 1, targets).value());
  CHECK(table->read().value().shards[3].target == node_ref{});
  REQUIRE(table->plan(seen, targets).value());
  auto view = table->read().value();
  CHECK(view.version > seen);
  CHECK(view.shards[3].target == self);
  CHECK(view.shards[4].target == node_ref{});
  targets[3] = {};
  targets[4] = self;
  REQUIRE(table->plan(view.version, targets).value());
  view = table->read().value();
  CHECK(view.shards[3].target == node_ref{});
  CHECK(view.shards[4].target == self);
}

TEMPLATE_TEST_CASE("a life only goes forward", "", memory_tables, sql_tables) {
  TestType tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  const auto joined = table->read().value().version;
  CHECK(table->leave(self).value());
  auto view = table->read().value();
  CHECK(view.version > joined);
  CHECK(view.members.front().status == member_status::leaving);
  CHECK(table->renew(self).value());
  REQUIRE(table->depart(self).has_value());
  CHECK(table->read().value().version > view.version);
  CHECK(table->read().value().members.front().status == member_status::dead);
  CHECK_FALSE(table->leave(self).value());
  CHECK_FALSE(table->renew(self).value());
  CHECK(table->depart(self).has_value());
  CHECK(table->depart({"n9", 1}).has_value());
  CHECK(table->read().value().members.front().status == member_status::dead);
}

} // namespace muster::test
