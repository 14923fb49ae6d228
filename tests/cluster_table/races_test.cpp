#include "tests/catch.hpp"
#include "tests/cluster_table/tables.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <functional>
#include <set>
#include <thread>

namespace muster::test {

using namespace persistence;

namespace {

constexpr int rounds = 40;
constexpr int contested = 6;

/// All at once, each on a thread of its own.
void at_once(const std::vector<std::function<void()>>& all) {
  std::barrier start(static_cast<std::ptrdiff_t>(all.size()));
  std::vector<std::thread> threads;
  for (const auto& one : all) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      one();
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
}

/// Two nodes, each with its own access.
template <class Tables>
struct pair_of_nodes {
  Tables tables;
  std::array<std::unique_ptr<cluster_table>, 2> table{tables.open(), tables.open()};
  std::array<node_ref, 2> self{join(*table[0], "n1"), join(*table[1], "n2")};
};

} // namespace

TEMPLATE_TEST_CASE("of two that vote on one view only one is heard", "", memory_tables,
                   sql_tables) {
  pair_of_nodes<TestType> nodes;
  const auto third = join(*nodes.table[0], "n3");
  for (int round = 0; round < rounds; ++round) {
    const auto seen = nodes.table[0]->read().value().version;
    std::array<bool, 2> heard{};
    at_once({[&] { heard[0] = nodes.table[0]->vote(seen, third, nodes.self[0], false).value(); },
             [&] { heard[1] = nodes.table[1]->vote(seen, third, nodes.self[1], false).value(); }});
    CHECK(heard[0] != heard[1]);
    CHECK(nodes.table[0]->read().value().version == seen + 1);
  }
}

TEMPLATE_TEST_CASE("of a vote and a plan on one view only one is heard", "", memory_tables,
                   sql_tables) {
  pair_of_nodes<TestType> nodes;
  for (int round = 0; round < rounds; ++round) {
    const auto seen = nodes.table[0]->read().value().version;
    const node_ref target{"n1", static_cast<std::uint64_t>(round) + 100};
    shard_targets targets;
    targets.fill(target);
    bool planned = false;
    bool voted = false;
    at_once(
        {[&] { planned = nodes.table[0]->plan(seen, targets).value(); },
         [&] { voted = nodes.table[1]->vote(seen, nodes.self[0], nodes.self[1], false).value(); }});
    CHECK(planned != voted);
    CHECK((row_of(*nodes.table[0], shard_id{0}).target == target) == planned);
    CHECK((row_of(*nodes.table[0], shard_id{255}).target == target) == planned);
  }
}

TEMPLATE_TEST_CASE("of those that vote for each other's death one survives", "", memory_tables,
                   sql_tables) {
  pair_of_nodes<TestType> nodes;
  for (int round = 0; round < rounds; ++round) {
    const auto seen = nodes.table[0]->read().value().version;
    std::array<bool, 2> heard{};
    at_once(
        {[&] { heard[0] = nodes.table[0]->vote(seen, nodes.self[1], nodes.self[0], true).value(); },
         [&] {
           heard[1] = nodes.table[1]->vote(seen, nodes.self[0], nodes.self[1], true).value();
         }});
    REQUIRE(heard[0] != heard[1]);
    const int loser = heard[0] ? 1 : 0;
    CHECK(nodes.table[0]->renew(nodes.self[1 - loser]).value());
    CHECK_FALSE(nodes.table[0]->renew(nodes.self[loser]).value());
    nodes.self[loser] = join(*nodes.table[loser], nodes.self[loser].id);
  }
}

TEMPLATE_TEST_CASE("nobody is renewed after his death was decided", "", memory_tables, sql_tables) {
  pair_of_nodes<TestType> nodes;
  for (int round = 0; round < rounds; ++round) {
    std::atomic<bool> decided{false};
    std::atomic<bool> late{false};
    at_once({[&] {
               bool alive = true;
               while (alive) {
                 const bool before = decided;
                 alive = nodes.table[0]->renew(nodes.self[0]).value();
                 late = late || (before && alive);
               }
             },
             [&] {
               bool heard = false;
               while (!heard) {
                 const auto seen = nodes.table[1]->read().value().version;
                 heard = nodes.table[1]->vote(seen, nodes.self[0], nodes.self[1], true).value();
               }
               decided = true;
             }});
    CHECK_FALSE(late);
    nodes.self[0] = join(*nodes.table[0], "n1");
  }
}

TEMPLATE_TEST_CASE("each of several that join under one name is another generation", "",
                   memory_tables, sql_tables) {
  TestType tables;
  std::array<std::unique_ptr<cluster_table>, 3> table{tables.open(), tables.open(), tables.open()};
  std::set<node_ref> all;
  for (int round = 0; round < rounds / 4; ++round) {
    std::array<node_ref, 3> got;
    at_once({[&] { got[0] = join(*table[0], "n1"); }, [&] { got[1] = join(*table[1], "n1"); },
             [&] { got[2] = join(*table[2], "n1"); }});
    all.insert(got.begin(), got.end());
    const auto newest = *std::ranges::max_element(got);
    for (const auto& one : got) {
      CHECK(table[0]->renew(one).value() == (one == newest));
    }
  }
  CHECK(all.size() == rounds / 4 * 3);
}

TEMPLATE_TEST_CASE("of two that take a shard one has it", "", memory_tables, sql_tables) {
  pair_of_nodes<TestType> nodes;
  for (int round = 0; round < rounds; ++round) {
    auto claims = claims_of(*nodes.table[0], contested);
    auto backwards = claims;
    std::ranges::reverse(backwards);
    std::array<std::vector<owned_shard>, 2> got;
    at_once({[&] { got[0] = nodes.table[0]->take(nodes.self[0], claims).value(); },
             [&] { got[1] = nodes.table[1]->take(nodes.self[1], backwards).value(); }});
    CHECK(got[0].size() + got[1].size() == contested);
    const auto view = nodes.table[0]->read().value();
    for (std::size_t who = 0; who < got.size(); ++who) {
      for (const auto& one : got[who]) {
        const auto& row = view.shards[static_cast<std::size_t>(one.shard)];
        CHECK(row.owner == nodes.self[who]);
        CHECK(row.epoch == one.epoch);
      }
      REQUIRE(nodes.table[who]->release(nodes.self[who], got[who]).has_value());
    }
  }
}

TEMPLATE_TEST_CASE("a release that is sent again takes nothing from whoever came after", "",
                   memory_tables, sql_tables) {
  pair_of_nodes<TestType> nodes;
  for (int round = 0; round < rounds; ++round) {
    const auto own = nodes.table[0]->take(nodes.self[0], claims_of(*nodes.table[0], contested));
    REQUIRE(own.value().size() == contested);
    auto claims = claims_of(*nodes.table[1], contested);
    for (auto& one : claims) {
      one.seen_owner = {};
    }
    std::vector<owned_shard> got;
    at_once({[&] {
               for (int again = 0; again < 3; ++again) {
                 must(nodes.table[0]->release(nodes.self[0], *own));
               }
             },
             [&] {
               while (got.size() < contested) {
                 const auto more = nodes.table[1]->take(nodes.self[1], claims).value();
                 got.insert(got.end(), more.begin(), more.end());
               }
             }});
    std::ranges::sort(got, {}, &owned_shard::shard);
    std::vector<shard_id> shards;
    for (const auto& one : got) {
      shards.push_back(one.shard);
    }
    CHECK(nodes.table[1]->confirm(nodes.self[1], shards).value() == got);
    REQUIRE(nodes.table[1]->release(nodes.self[1], got).has_value());
  }
}

TEMPLATE_TEST_CASE("who is declared dead while he takes shards keeps nobody from having them", "",
                   memory_tables, sql_tables) {
  pair_of_nodes<TestType> nodes;
  for (int round = 0; round < rounds; ++round) {
    const auto claims = claims_of(*nodes.table[0], contested);
    at_once({[&] { nodes.table[0]->take(nodes.self[0], claims).value(); },
             [&] {
               bool heard = false;
               while (!heard) {
                 const auto seen = nodes.table[1]->read().value().version;
                 heard = nodes.table[1]->vote(seen, nodes.self[0], nodes.self[1], true).value();
               }
             }});
    CHECK(
        nodes.table[0]->take(nodes.self[0], claims_of(*nodes.table[0], contested)).value().empty());
    const auto got = nodes.table[1]->take(nodes.self[1], claims_of(*nodes.table[1], contested));
    CHECK(got.value().size() == contested);
    REQUIRE(nodes.table[1]->release(nodes.self[1], *got).has_value());
    nodes.self[0] = join(*nodes.table[0], "n1");
  }
}

} // namespace muster::test
