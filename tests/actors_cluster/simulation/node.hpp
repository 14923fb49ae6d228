#pragma once

#include "actors/cluster/membership/membership.hpp"
#include "tests/actors_cluster/simulation/world.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster::test {

/// One simulated machine: the real core of membership, driven as `ownership` drives it, and a
/// registry of one number per shard. It crashes, freezes, has a clock of its own, and starts again
/// after it ended.
class sim_node {
public:
  sim_node(world& in, int number, std::vector<std::unique_ptr<sim_node>>& all);

  void start();
  /// Starts again by itself after a while.
  void crash();
  void freeze(milliseconds how_long);
  void leave();
  /// Whatever it is in ends soon.
  void thaw();

  // What clients ask; nothing happens where it is not served.
  void write(shard_id shard);
  void read(shard_id shard);

  bool up() const noexcept { return core_ != nullptr; }
  bool frozen() const { return world_.time.time() < frozen_until_; }
  const membership* core() const noexcept { return core_.get(); }
  std::string name() const { return up() ? to_text(self_) : "nobody"; }

private:
  enum class readiness : std::uint8_t { loading, ready, committing, settling };
  struct register_state {
    persistence::owned_shard what;
    readiness at = readiness::loading;
    std::uint64_t value = 0;
    bool draining = false;
  };

  /// Own steady time.
  milliseconds local() const;
  milliseconds world_time(milliseconds local) const;
  /// Happens at this node, if it is still in the same life; later when it is frozen.
  void later(milliseconds delay, std::function<void()> what);
  void run();
  void send(table_call what);
  /// To the store or the table and back: `done` is told what came of `work`, nullopt: nothing
  /// known.
  template <class T>
  void ask(std::function<T()> work, std::function<void(std::optional<T>)> done);
  void look(const table_call& what);
  void probe(const persistence::node_ref& node);
  void carry_out(const holdings::step& what);
  void join();
  void restart_later();

  register_state* served(shard_id shard, persistence::shard_epoch epoch);
  void load(shard_id shard, persistence::shard_epoch epoch);
  void settle(shard_id shard, persistence::shard_epoch epoch);
  void committed(shard_id shard, persistence::shard_epoch epoch, std::optional<bool> fenced_in);
  void finish_drain(const register_state& of);

  world& world_;
  int number_;
  std::vector<std::unique_ptr<sim_node>>& all_;
  persistence::memory_cluster_table table_;
  double pace_;
  milliseconds offset_;

  std::uint64_t life_ = 0;
  bool joining_ = false;
  milliseconds frozen_until_ = 0;
  persistence::node_ref self_;
  std::unique_ptr<membership> core_;
  bool calling_ = false;
  milliseconds wake_ = 0;
  milliseconds lease_until_ = 0;
  std::map<shard_id, register_state> registers_;
};

} // namespace muster::test
