#pragma once

#include "persistence/cluster/memory_cluster_table.hpp"
#include "persistence/memory/memory_store.hpp"
#include "persistence/postgres/shard_book.hpp"
#include "tests/simulation/world.hpp"

#include <array>
#include <map>
#include <optional>
#include <vector>

namespace muster::test {

using persistence::node_ref;
using persistence::shard_epoch;
using persistence::postgres::shard_mark;

/// The one database of all nodes, which loses nothing: each member is one atomic step of it. Sees
/// every change that is made, and notes what must never be.
class database {
public:
  explicit database(world& in);

  /// Writes of one node that are done only if all of the shards' rows are as it knows them.
  struct transaction {
    node_ref by;
    std::vector<shard_mark> expects;
    std::vector<persistence::write> writes;
  };
  /// nullopt: some row differs, and nothing is done.
  std::optional<std::vector<persistence::write_outcome>> commit(const transaction& what);

  /// The rows of those whose epoch is still the same, which are moved on by two where they are as
  /// expected: what expects that as well will never be done.
  std::vector<shard_mark> settle(const std::vector<shard_mark>& expected);
  std::vector<shard_mark> read_marks(const std::vector<shard_mark>& of);

  /// Refused when the shard's row is of another epoch, or older than this.
  result<std::optional<persistence::device_rows>> read_device(const device_id& device,
                                                              const shard_mark& known);

  persistence::memory_cluster& table() noexcept { return table_; }
  persistence::store& rows() noexcept { return *rows_; }

  std::uint64_t commits = 0;
  std::uint64_t fenced = 0;
  std::uint64_t settled = 0;

private:
  bool holds(const shard_mark& mark);
  void check_owner(const transaction& what, const shard_mark& mark);
  void check_numbers(const persistence::write& what);

  world& world_;
  persistence::memory_cluster table_;
  std::unique_ptr<persistence::memory_store> rows_;
  /// Who committed to a shard last, under which epoch.
  std::map<shard_id, std::pair<shard_epoch, node_ref>> last_;
  /// Numbers of a device that only grow.
  struct numbers {
    std::uint64_t arrival = 0;
    std::uint64_t shared_change = 0;
    std::uint64_t cursor = 0;
  };
  std::map<device_id, numbers> numbers_;
};

} // namespace muster::test
