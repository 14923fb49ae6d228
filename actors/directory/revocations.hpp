#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "persistence/store/mutation.hpp"

#include <cstddef>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace muster {

/// Whose tokens are refused: users (after a change of password) and sessions (after log-out). All
/// of them are kept in memory, since every call of an application asks; each is dropped when the
/// tokens it could affect have expired. Thread-safe.
class revocations {
public:
  /// What the store holds at start.
  void load(const std::vector<persistence::put_revocation>& rows);
  void add(const persistence::put_revocation& row);
  /// Whether tokens of `subject` that were issued at that time are good.
  bool valid(const uuid& subject, timestamp issued) const;
  /// Drops those that expired by `now` (wall time).
  void drop_expired(timestamp now);
  std::size_t size() const;

private:
  struct entry {
    timestamp valid_from = 0;
    timestamp expires = 0;
  };

  void merge(const persistence::put_revocation& row);

  mutable std::shared_mutex mutex_;
  std::unordered_map<uuid, entry> entries_;
};

} // namespace muster
