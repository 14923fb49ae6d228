#pragma once

#include "tests/simulation/clients.hpp"
#include "tests/simulation/network.hpp"

#include <memory>
#include <string>
#include <vector>

namespace muster::test {

/// Some nodes over one database, their clients, and weather, all from one seed. One at a time,
/// since they share CAF's systems.
class simulation {
public:
  explicit simulation(std::uint64_t seed, planted_fault fault = planted_fault::none);
  ~simulation();

  /// Weather, then calm, then a look at everything.
  void run();

  const std::vector<std::string>& violations() const noexcept { return world_.violations(); }
  const clients& seen() const noexcept { return clients_; }
  const database& stored() const noexcept { return database_; }
  /// The same for two runs that are the same.
  std::uint64_t fingerprint();

private:
  void start(std::size_t machine);
  void end(std::size_t machine);
  void start_later(std::size_t machine);
  void look_after();
  void tell_change();
  void check_alone(shard_id shard, const node& opener);

  void weather();
  void kill(std::size_t machine);
  void freeze(std::size_t machine, milliseconds lasts);
  void cut_link(int one, int other, milliseconds lasts);
  void isolate(int machine, milliseconds lasts);
  void cut_from_database(int machine, milliseconds lasts);
  void let_database_be_away(milliseconds lasts);
  void change_faults();
  void heal();

  void check_calm();

  world world_;
  database database_;
  network network_;
  requests requests_;
  std::vector<std::unique_ptr<machine_clock>> clocks_;
  nodes nodes_;
  /// What has ended: events that are still to come know it.
  nodes past_;
  clients clients_;
  milliseconds weather_ends_ = 0;
};

} // namespace muster::test
