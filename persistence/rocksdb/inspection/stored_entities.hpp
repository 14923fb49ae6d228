#pragma once

#include "actors/model/uuid.hpp"
#include "persistence/rocksdb/inspection/expected_rows.hpp"

#include <functional>
#include <string>
#include <unordered_set>

namespace muster::persistence::rocks {

/// Entities of the directory, by which rows of others name them; and tenants and customers whose
/// deletion is under way, so that what names them may be left for a while.
struct known_entities {
  std::unordered_set<uuid> ids;
  std::unordered_set<uuid> going;

  bool may_be_named(const uuid& id) const { return ids.contains(id) || going.contains(id); }
};

/// What reading the rows of entities has to tell.
struct entity_visitor {
  /// A row that follows from an entity.
  expected_rows::visitor expected;
  std::function<void(std::string problem)> problem;
};

/// Kinds that a key of the directory can be of, whether there are any or not.
inline constexpr unsigned directory_kinds = 256;

/// Reads all rows of the directory that follow from no other one, and tells what follows from them.
/// Returns how many there are.
result<std::uint64_t> visit_directory(const database& from, expected_rows& expected,
                                      const entity_visitor& visit, known_entities& known);

struct device_counts_read {
  std::uint64_t devices = 0;
  std::uint64_t history_rows = 0;
};

/// The same of the devices of one shard, with their history. Done RPCs that ended before
/// `rpcs_since` are left out.
result<device_counts_read> visit_devices(const database& from, std::uint8_t shard,
                                         timestamp rpcs_since, expected_rows& expected,
                                         const entity_visitor& visit, const known_entities& known);

} // namespace muster::persistence::rocks
