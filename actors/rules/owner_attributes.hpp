#pragma once

#include "actors/model/relation.hpp"
#include "persistence/store/store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace muster {

/// The server attributes of those customers and tenants that alarm rules ask for. What is known of
/// one holds until a commit has changed any of its attributes; then it is read again, by the next
/// that asks. Whoever hears of commits before their replies go out so never finds a value that is
/// older than an answered change. Thread-safe.
class owner_attributes {
public:
  using values = std::map<std::string, value, std::less<>>;

  /// `rows` outlives it.
  explicit owner_attributes(persistence::store& rows) noexcept : rows_(rows) {}

  // As a tenant sees them: of an entity that is another's, or gone, there are none.

  /// As they were last read, perhaps changed since; null: never read. Does not read the disk.
  std::shared_ptr<const values> last(const tenant_id& by, const entity_ref& of) const;
  /// False: `read` has something to do. Does not read the disk.
  bool known(const tenant_id& by, const entity_ref& of) const;
  /// Makes them known, for threads that may block.
  result<void> read(const tenant_id& by, const entity_ref& of);

  // A commit has changed something, or may have. Do not read the disk.
  void changed(const entity_ref& of);
  void distrust();

private:
  struct entry {
    /// Grows with each change.
    std::uint64_t version = 1;
    std::uint64_t read_version = 0;
    std::shared_ptr<const values> known;
  };

  result<values> stored(const tenant_id& by, const entity_ref& of);

  persistence::store& rows_;
  mutable std::mutex mutex_;
  std::map<std::pair<entity_ref, tenant_id>, entry> entries_;
};

} // namespace muster
