#include "tests/actors_cluster/simulation/node.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace muster::test {

namespace {

constexpr milliseconds weather_lasts = 30'000;
/// Until everything is as it should be again: old heartbeats, votes, waits, a few rounds of moves.
constexpr milliseconds calm_lasts = 25'000;
/// From then on in the calm nobody loses a shard: what was late has come, who is dead has ended.
constexpr milliseconds losses_end = 15'000;

/// Some nodes, clients and weather, all from one seed.
class simulation {
public:
  explicit simulation(std::uint64_t seed) : world_(seed) {
    const auto count = static_cast<int>(world_.between(1, 5));
    world_.notices = world_.chance(0.5) ? 0.95 : world_.chance(0.5) ? 0.3 : 0;
    for (int i = 0; i < count; ++i) {
      nodes_.push_back(std::make_unique<sim_node>(world_, i, nodes_));
      world_.time.in(world_.between(0, 2'000), [node = nodes_.back().get()] { node->start(); });
    }
  }

  void run() {
    world_.time.in(0, [this] { clients(); });
    world_.time.in(3'000, [this] { weather(); });
    end_ = world_.time.time() + weather_lasts;
    world_.time.run_until(end_);
    heal();
    world_.time.run_until(end_ + losses_end);
    const auto lost_before = lost();
    world_.time.run_until(end_ + calm_lasts);
    check_calm();
    if (lost() != lost_before) {
      world_.wrong("shards were lost in the calm");
    }
  }

  world& result() noexcept { return world_; }

private:
  sim_node& any() {
    return *nodes_[static_cast<std::size_t>(
        world_.between(0, static_cast<milliseconds>(nodes_.size()) - 1))];
  }

  int any_number() {
    return static_cast<int>(world_.between(0, static_cast<milliseconds>(nodes_.size()) - 1));
  }

  void clients() {
    for (int i = 0; i < 3; ++i) {
      // Some shards are asked more often than others, so that reads meet writes.
      const auto shard =
          static_cast<shard_id>(world_.between(0, world_.chance(0.7) ? 7 : shard_count - 1));
      any().write(shard);
      // Whoever would answer is asked.
      for (const auto& node : nodes_) {
        node->read(shard);
      }
    }
    world_.time.in(world_.between(1, 15), [this] { clients(); });
  }

  void weather() {
    if (world_.time.time() >= end_) {
      return;
    }
    const milliseconds lasts =
        world_.chance(0.5) ? world_.between(50, 1'500) : world_.between(1'500, 9'000);
    switch (world_.between(0, 11)) {
    case 0:
    case 1:
      any().crash();
      break;
    case 2:
    case 3:
      any().freeze(lasts);
      break;
    case 4:
      any().leave();
      break;
    case 5:
      cut_link(any_number(), any_number(), lasts);
      break;
    case 6:
      cut_from_table(any_number(), lasts);
      break;
    case 7:
      isolate(any_number(), lasts);
      break;
    case 8:
    case 9:
      isolate(any_number(), std::max<milliseconds>(lasts, 3'000));
      break;
    case 10:
      world_.table_away = true;
      world_.time.in(lasts, [this] { world_.table_away = false; });
      break;
    default:
      world_.table_slow = world_.chance(0.3);
      world_.call_faults = world_.chance(0.5) ? world_.real(0, 0.2) : 0;
    }
    world_.time.in(world_.between(100, 4'000), [this] { weather(); });
  }

  void cut_link(int a, int b, milliseconds lasts) {
    const auto link = std::pair(std::min(a, b), std::max(a, b));
    world_.cut_links.insert(link);
    world_.time.in(lasts, [this, link] { world_.cut_links.erase(link); });
  }

  void cut_from_table(int node, milliseconds lasts) {
    world_.cut_from_table.insert(node);
    world_.time.in(lasts, [this, node] { world_.cut_from_table.erase(node); });
  }

  void isolate(int node, milliseconds lasts) {
    for (int other = 0; other < static_cast<int>(nodes_.size()); ++other) {
      cut_link(node, other, lasts);
    }
    // The peers declare it dead, and it hears of that late or not at all.
    if (world_.chance(0.3)) {
      cut_from_table(node, lasts);
    } else if (world_.chance(0.5)) {
      world_.slow_to_table.insert(node);
      world_.time.in(lasts, [this, node] { world_.slow_to_table.erase(node); });
    }
  }

  void heal() {
    world_.cut_links.clear();
    world_.cut_from_table.clear();
    world_.table_away = false;
    world_.table_slow = false;
    world_.call_faults = 0;
    world_.slow_to_table.clear();
    for (const auto& node : nodes_) {
      node->thaw();
    }
  }

  std::vector<std::uint64_t> lost() const {
    std::vector<std::uint64_t> counts;
    for (const auto& node : nodes_) {
      counts.push_back(node->core() != nullptr ? node->core()->held().lost_count() : 0);
    }
    return counts;
  }

  /// Every node lives, every shard is served by one of them, and they have about as many each.
  void check_calm() {
    std::vector<std::size_t> served(nodes_.size());
    for (std::size_t i = 0; i < shard_count; ++i) {
      std::size_t servers = 0;
      for (std::size_t n = 0; n < nodes_.size(); ++n) {
        const auto* core = nodes_[n]->core();
        const bool serves = core != nullptr && core->held().served(static_cast<shard_id>(i));
        servers += serves ? 1 : 0;
        served[n] += serves ? 1 : 0;
      }
      if (servers != 1) {
        world_.wrong("shard " + std::to_string(i) + " is served by " + std::to_string(servers));
      }
    }
    const auto [least, most] = std::ranges::minmax(served);
    if (most - least > 1) {
      world_.wrong("from " + std::to_string(least) + " to " + std::to_string(most) +
                   " shards a node");
    }
  }

  world world_;
  std::vector<std::unique_ptr<sim_node>> nodes_;
  milliseconds end_ = 0;
};

std::uint64_t first_seed() {
  const char* given = std::getenv("MUSTER_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
}

std::uint64_t rounds(std::uint64_t usual) {
  const char* given = std::getenv("MUSTER_TEST_ROUNDS");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : usual;
}

} // namespace

TEST_CASE("in any weather shards have one owner and reads are not stale") {
  std::uint64_t commits = 0;
  std::uint64_t stale = 0;
  std::uint64_t reads = 0;
  const auto count = rounds(200);
  for (std::uint64_t seed = first_seed(); seed < first_seed() + count; ++seed) {
    simulation one(seed);
    one.run();
    INFO("MUSTER_TEST_SEED=" << seed << " MUSTER_TEST_ROUNDS=1");
    for (const auto& violation : one.result().violations()) {
      UNSCOPED_INFO(violation);
    }
    REQUIRE(one.result().violations().empty());
    commits += one.result().commits;
    stale += one.result().stale_commits;
    reads += one.result().reads;
  }
  // Else nothing was tried.
  CHECK(commits > 1000 * count);
  CHECK(reads > 1000 * count);
  CHECK(stale > count / 10);
  if (std::getenv("MUSTER_TEST_ROUNDS") != nullptr) {
    std::printf("%llu commits, %llu stale ones refused, %llu reads\n",
                static_cast<unsigned long long>(commits), static_cast<unsigned long long>(stale),
                static_cast<unsigned long long>(reads));
  }
}

} // namespace muster::test
