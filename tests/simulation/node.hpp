#pragma once

#include "actors/cluster/links/links.hpp"
#include "actors/cluster/ownership/ownership.hpp"
#include "actors/cluster/routing/router.hpp"
#include "actors/registry/registry.hpp"
#include "persistence/committer/batch.hpp"
#include "tests/simulation/edge.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/remote_store.hpp"
#include "tests/simulation/remote_table.hpp"

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace muster::test {

class node;

/// What all nodes of a simulation have in common.
struct surroundings {
  world& in;
  database& common;
  network& way;
  requests& asked;
  /// The table was changed: some nodes are told.
  std::function<void()> table_changed;
  /// A node serves the shard from now on.
  std::function<void(shard_id, const node&)> opened;
};

/// Between links and router, for the planted fault: takes what may have been carried out for what
/// was not.
class forgetful_events final : public peer_link_events {
public:
  explicit forgetful_events(router& inner) : inner_(inner) {}

  void answered(std::vector<answered_call> batch) override { inner_.answered(std::move(batch)); }
  void failed(std::vector<failed_call> calls) override {
    for (auto& one : calls) {
      one.perhaps_carried_out = false;
    }
    inner_.failed(std::move(calls));
  }
  void connected() override { inner_.connected(); }

private:
  router& inner_;
};

/// One life of a node: the product's own ownership, links, router, registry, device actors and
/// batch writer, as `cluster_service` puts them together, with fibers in the place of its threads.
class node {
public:
  node(surroundings around, int machine, machine_clock& clock);
  ~node();

  process& at() noexcept { return at_; }
  edge& clients() noexcept { return edge_; }
  const std::string& id() const noexcept { return id_; }
  /// Whether clients are answered: it has joined and not ended.
  bool ready() const noexcept { return links_ != nullptr && !at_.ended(); }
  router& routes() noexcept { return *router_; }
  const clock_source& clock() const noexcept { return clock_; }

  /// SIGTERM: hands its shards over, then ends.
  void leave();
  /// It is to end: by itself it has left or was expelled.
  bool over() const noexcept { return over_; }
  void notice();
  /// SIGKILL, or the end after `over`.
  void end();

  std::size_t served() const;
  bool serves(shard_id shard) const;
  /// Whether it would answer a read of the shard now: it is not closed, and the lease holds.
  bool may_answer(shard_id shard) const;

private:
  void boot();
  bool join();
  void make_parts();
  ownership::dependencies for_ownership();
  router::dependencies for_router();
  registry::dependencies for_registry();
  links::dependencies for_links();

  void open_shard(const persistence::owned_shard& which);
  void drain_shard(shard_id shard, std::function<void()> drained);
  void close_shard(shard_id shard);
  void disown(shard_id shard, shard_epoch epoch);
  void connect_to(const std::vector<persistence::member>& members);
  bool owns_now() const;

  bool read(std::function<void()> work);
  void read_on();
  bool submit(persistence::submission&& what);
  void commit_on();
  void tick();
  void keep();
  void check_bounds();

  surroundings around_;
  const int machine_;
  const std::string id_;
  machine_clock& clock_;
  process at_;
  edge edge_;
  bool over_ = false;

  remote_table* table_ = nullptr;
  /// Of the planted fault.
  milliseconds late_lease_until_ = INT64_MIN;
  remote_store rows_;
  std::map<shard_id, shard_epoch> owned_;
  std::deque<std::function<void()>> reads_;
  std::size_t readers_ = 0;
  std::vector<persistence::submission> submissions_;
  std::size_t queued_rows_ = 0;
  std::shared_ptr<fiber> committer_;
  std::size_t ticks_ = 0;

  const service_options options_;
  const router_limits router_limits_;
  const link_limits link_limits_;

  std::unique_ptr<ownership> ownership_;
  std::unique_ptr<router> router_;
  std::unique_ptr<forgetful_events> forgetful_;
  std::unique_ptr<links> links_;
  std::unique_ptr<registry> registry_;
  std::unique_ptr<persistence::batch_writer> writer_;
};

} // namespace muster::test
