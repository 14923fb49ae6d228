#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/store/precondition.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <span>

namespace muster::persistence::postgres {

/// Which entities exist, and their versions: those that are asked for, as the database has them,
/// then as the batch changes them. What is asked for is locked until the transaction's end: against
/// removal what must only exist, against every change what must have a version, and against new
/// references what is to be removed.
class versions {
public:
  // In the order in which all nodes lock them.
  enum kind : std::uint8_t {
    tenants,
    customers,
    profiles,
    packages,
    users,
    rule_chains,
    devices,
    alarms,
    kinds
  };

  void ask(const precondition& condition);

  void queue(connection& to) const;
  std::size_t statements() const noexcept;
  void read(std::span<const rows> answers);

  /// `version` 0: whatever its version.
  bool is(kind of, const uuid& id, std::uint64_t version) const;
  void put(kind of, const uuid& id, std::uint64_t version) { present_.at(of)[id] = version; }
  void erase(kind of, const uuid& id) { present_.at(of).erase(id); }

private:
  friend struct version_asker;
  /// From strong to weak: an entity gets the strongest lock first.
  enum lock : std::uint8_t { to_remove, to_keep_version, to_keep, locks };

  std::array<std::array<std::set<uuid>, locks>, kinds> asked_;
  std::array<std::map<uuid, std::uint64_t>, kinds> present_;
};

} // namespace muster::persistence::postgres
