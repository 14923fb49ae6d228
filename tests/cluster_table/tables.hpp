#pragma once

#include "persistence/cluster/memory_cluster_table.hpp"
#include "persistence/postgres/cluster_table.hpp"
#include "tests/persistence/postgres/database.hpp"
#include "tests/persistence/support/manual_clock.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace muster::test {

/// An empty table in memory. `open` gives one node's access to it, `pass` lets its clock go on.
class memory_tables {
public:
  std::unique_ptr<persistence::cluster_table> open() {
    return std::make_unique<persistence::memory_cluster_table>(common_);
  }
  void pass(milliseconds time) { clock_.advance(time); }

private:
  manual_clock clock_;
  persistence::memory_cluster common_{clock_};
};

/// The same in PostgreSQL. Its clock cannot be set, so what is there grows older instead.
class sql_tables {
public:
  sql_tables();

  std::unique_ptr<persistence::cluster_table> open() {
    return persistence::open_cluster_table({single_server().dsn(), true, 10'000, {}});
  }
  void pass(milliseconds time);

private:
  persistence::postgres::connection session_;
};

/// For calls on other threads, and those that bring nothing.
inline void must(const result<void>& done) {
  if (!done) {
    throw std::runtime_error(done.error().message);
  }
}

/// `node` at an address of its own.
inline persistence::node_ref join(persistence::cluster_table& table, const std::string& id) {
  return table.join(id, id + ":4369").value();
}

/// A claim of the shard as its row is now.
inline persistence::shard_claim claim_of(persistence::cluster_table& table, shard_id shard) {
  const auto row = table.read().value().shards.at(static_cast<std::size_t>(shard));
  return {shard, row.epoch, row.owner};
}

/// Of the shards below `count`.
inline std::vector<persistence::shard_claim> claims_of(persistence::cluster_table& table,
                                                       int count) {
  const auto view = table.read().value();
  std::vector<persistence::shard_claim> claims;
  for (int i = 0; i < count; ++i) {
    const auto& row = view.shards.at(static_cast<std::size_t>(i));
    claims.push_back({static_cast<shard_id>(i), row.epoch, row.owner});
  }
  return claims;
}

inline persistence::shard_row row_of(persistence::cluster_table& table, shard_id shard) {
  return table.read().value().shards.at(static_cast<std::size_t>(shard));
}

inline const persistence::member* find_member(const persistence::cluster_view& view,
                                              const persistence::node_ref& node) {
  for (const auto& one : view.members) {
    if (one.node == node) {
      return &one;
    }
  }
  return nullptr;
}

} // namespace muster::test
