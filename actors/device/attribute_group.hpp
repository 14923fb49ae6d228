#pragma once

#include "persistence/store/mutation.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace muster {

/// The attributes of one scope, sorted by key. Deleted keys of the shared scope stay as tombstones
/// until the device's cursor has passed them.
class attribute_group {
public:
  attribute_group() = default;
  explicit attribute_group(std::vector<persistence::attribute_row> rows);

  /// Null: not there, or deleted.
  const persistence::attribute_row* find(std::string_view key) const noexcept;

  /// All get the number `change`; 0: those that are there keep theirs. With `only_on_change` equal
  /// values are left as they are; false when that leaves nothing.
  bool set(std::vector<key_value>&& values, timestamp now, std::uint64_t change,
           bool only_on_change);

  /// False when the key is not there. The tombstone carries `change`.
  bool erase(std::string_view key, timestamp now, std::uint64_t change, bool keep_tombstone);

  /// Drops the tombstones of changes up to this one.
  void forget_deleted(std::uint64_t upto);

  /// By key, tombstones included.
  const std::vector<persistence::attribute_row>& rows() const noexcept { return rows_; }

private:
  std::vector<persistence::attribute_row> rows_;
};

} // namespace muster
