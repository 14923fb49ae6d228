#include "actors/cluster/ownership/ownership.hpp"
#include "persistence/cluster/memory_cluster_table.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace muster {

namespace {

using persistence::memory_cluster;
using persistence::memory_cluster_table;
using persistence::owned_shard;

const system_clock_source system_clock;

/// Bounds how long a broken test hangs; nothing waits for it to pass.
bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

membership_options quick() {
  membership_options options;
  options.probe_grace = 200;
  options.probe_every = 50;
  return options;
}

/// What several nodes share.
struct fleet {
  memory_cluster table{system_clock};
  std::mutex mutex;
  /// Who answers probes.
  std::set<node_ref> alive;
};

/// A node with a registry that serves what it is told to.
class test_node {
public:
  using fault = memory_cluster_table::fault;

  test_node(fleet& in, const std::string& id) : fleet_(in) {
    ownership::dependencies needs{
        std::make_unique<memory_cluster_table>(in.table, [this] { return fault_.load(); }),
        system_clock,
        {},
        {},
        {},
        {},
        {},
        {}};
    needs.open_shard = [this](const owned_shard& what) { open(what); };
    needs.drain_shard = [this](shard_id shard, std::function<void()> drained) {
      close(shard);
      drained();
    };
    needs.close_shard = [this](shard_id shard) { close(shard); };
    needs.probe = [&in](const persistence::member& who, std::function<void(bool)> answered) {
      std::unique_lock lock(in.mutex);
      const bool lives = in.alive.contains(who.node);
      lock.unlock();
      answered(lives);
    };
    needs.members_changed = [this](const auto& members) { members_ = members.size(); };
    needs.ended = [this](const std::string&) { ended_ = true; };
    own_ = *ownership::join(id, id + ":4369", std::move(needs), quick());
    self_ = own_->self();
    {
      std::lock_guard guard(in.mutex);
      in.alive.insert(self_);
    }
    own_->start();
  }

  ~test_node() { kill(); }

  /// Without a word to anybody.
  void kill() {
    std::unique_lock lock(fleet_.mutex);
    fleet_.alive.erase(self_);
    lock.unlock();
    own_.reset();
  }

  std::size_t served() const {
    std::lock_guard guard(mutex_);
    return served_.size();
  }
  std::map<shard_id, owned_shard> shards() const {
    std::lock_guard guard(mutex_);
    return served_;
  }
  bool ended() const { return ended_; }
  std::size_t members() const { return members_; }
  void fail_calls(fault how) { fault_ = how; }
  ownership& own() { return *own_; }

private:
  void open(const owned_shard& what) {
    std::lock_guard guard(mutex_);
    served_[what.shard] = what;
  }
  void close(shard_id shard) {
    std::lock_guard guard(mutex_);
    served_.erase(shard);
  }

  fleet& fleet_;
  std::atomic<fault> fault_ = fault::none;
  mutable std::mutex mutex_;
  std::map<shard_id, owned_shard> served_;
  std::atomic<bool> ended_ = false;
  std::atomic<std::size_t> members_ = 0;
  node_ref self_;
  std::unique_ptr<ownership> own_;
};

bool shared_evenly(std::initializer_list<const test_node*> nodes) {
  std::size_t sum = 0;
  std::size_t least = shard_count;
  std::size_t most = 0;
  for (const auto* one : nodes) {
    sum += one->served();
    least = std::min(least, one->served());
    most = std::max(most, one->served());
  }
  return sum == shard_count && most - least <= 1;
}

} // namespace

TEST_CASE("nodes share the shards and tell each other's addresses") {
  fleet all;
  test_node one(all, "n1");
  REQUIRE(eventually([&] { return one.own().shards().served() == shard_count; }));
  CHECK(one.own().lease().valid());
  CHECK(one.own().shards().owner_of(shard_id{7}) == shard_holder(own_shard{shard_epoch{1}}));
  test_node two(all, "n2");
  test_node three(all, "n3");
  REQUIRE(eventually([&] { return shared_evenly({&one, &two, &three}); }));
  for (std::uint16_t i = 0; i < shard_count; ++i) {
    const shard_id shard{i};
    const auto at_two = two.shards();
    if (!at_two.contains(shard)) {
      continue;
    }
    const shard_holder expected = other_owner{two.own().self(), at_two.at(shard).epoch, "n2:4369"};
    REQUIRE(eventually([&] { return one.own().shards().owner_of(shard) == expected; }));
  }
  CHECK(one.members() == 3);
  CHECK(one.own().counters().members_alive == 3);
  CHECK(one.own().counters().handed_over > 0);
  CHECK(one.own().view().members.size() == 3);
}

TEST_CASE("the shards of a node that is gone are served by the others") {
  fleet all;
  test_node one(all, "n1");
  test_node two(all, "n2");
  test_node three(all, "n3");
  REQUIRE(eventually([&] { return shared_evenly({&one, &two, &three}); }));
  // Its heartbeats stop, its peers hear nothing.
  two.kill();
  REQUIRE(eventually([&] { return one.served() + three.served() == shard_count; }));
  test_node again(all, "n2");
  CHECK(again.own().self() == node_ref{"n2", 2});
  REQUIRE(eventually([&] { return shared_evenly({&one, &again, &three}); }));
}

TEST_CASE("a node that leaves has handed over all it had") {
  fleet all;
  test_node one(all, "n1");
  test_node two(all, "n2");
  REQUIRE(eventually([&] { return shared_evenly({&one, &two}); }));
  std::atomic<bool> left = false;
  one.own().leave([&] { left = true; });
  REQUIRE(eventually([&] { return left.load(); }));
  CHECK(one.served() == 0);
  CHECK(one.own().shards().served() == 0);
  REQUIRE(eventually([&] { return two.served() == shard_count; }));
  CHECK_FALSE(one.ended());
  // The last one leaves them to nobody.
  left = false;
  two.own().leave([&] { left = true; });
  REQUIRE(eventually([&] { return left.load(); }));
  CHECK(all.table.row(shard_id{3}).owner == node_ref{});
}

TEST_CASE("a node that was declared dead drops everything and says so") {
  fleet all;
  test_node one(all, "n1");
  REQUIRE(eventually([&] { return one.served() == shard_count; }));
  memory_cluster_table other(all.table);
  REQUIRE(other.join("n1", "elsewhere:1"));
  REQUIRE(eventually([&] { return one.ended(); }));
  CHECK(one.served() == 0);
  CHECK(one.own().shards().served() == 0);
  CHECK(one.own().shards().owner_of(shard_id{0}) == shard_holder(no_owner{}));
}

TEST_CASE("a shard that the store calls stale is looked up anew") {
  fleet all;
  test_node one(all, "n1");
  REQUIRE(eventually([&] { return one.own().shards().served() == shard_count; }));
  const auto what = one.shards().at(shard_id{5});
  // The sequence is another one, though the epoch is ours.
  REQUIRE(all.table.commit(what.shard, what.epoch, what.seq));
  one.own().lost(what.shard, what.epoch);
  REQUIRE(eventually([&] {
    const auto now = one.shards();
    const auto found = now.find(shard_id{5});
    return one.own().counters().lost == 1 && found != now.end() &&
           found->second.seq == what.seq + 1;
  }));
  REQUIRE(eventually([&] { return one.own().shards().served() == shard_count; }));
}

TEST_CASE("while the table is away the lease ends and the shards stay") {
  fleet all;
  test_node one(all, "n1");
  REQUIRE(eventually([&] { return one.own().shards().served() == shard_count; }));
  one.fail_calls(test_node::fault::refused);
  REQUIRE(eventually([&] { return !one.own().lease().valid(); }));
  CHECK(one.served() == shard_count);
  CHECK(one.own().counters().renewals_failed > 0);
  one.fail_calls(test_node::fault::none);
  REQUIRE(eventually([&] { return one.own().lease().valid(); }));
  CHECK(one.own().shards().served() == shard_count);
}

TEST_CASE("take-overs whose answers are lost are found out") {
  fleet all;
  test_node one(all, "n1");
  // Each call is carried out, and none is answered: so for a while nothing is known.
  one.fail_calls(test_node::fault::answer_lost);
  REQUIRE(eventually([&] { return one.own().counters().renewals_failed > 3; }));
  one.fail_calls(test_node::fault::none);
  REQUIRE(eventually([&] { return one.own().shards().served() == shard_count; }));
}

TEST_CASE("a name that a living node has elsewhere is refused") {
  fleet all;
  test_node one(all, "n1");
  REQUIRE(eventually([&] { return one.served() == shard_count; }));
  ownership::dependencies needs{
      std::make_unique<memory_cluster_table>(all.table), system_clock, {}, {}, {}, {}, {}, {}};
  CHECK(ownership::join("n1", "elsewhere:1", std::move(needs)).error().code ==
        error_code::already_exists);
  CHECK_FALSE(one.ended());
  // Killed, it is free again.
  one.kill();
  ownership::dependencies again{
      std::make_unique<memory_cluster_table>(all.table), system_clock, {}, {}, {}, {}, {}, {}};
  CHECK(ownership::join("n1", "elsewhere:1", std::move(again)));
}

TEST_CASE("what is no name of a node is refused") {
  fleet all;
  for (const auto* id : {"", "n:1", "n 1", "näh"}) {
    ownership::dependencies needs{
        std::make_unique<memory_cluster_table>(all.table), system_clock, {}, {}, {}, {}, {}, {}};
    CHECK(ownership::join(id, "x:1", std::move(needs)).error().code == error_code::invalid);
  }
}

} // namespace muster
