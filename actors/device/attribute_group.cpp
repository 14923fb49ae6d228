#include "actors/device/attribute_group.hpp"

#include "actors/device/sorted_rows.hpp"

#include <utility>

namespace muster {

using persistence::attribute_row;

attribute_group::attribute_group(std::vector<attribute_row> rows) : rows_(std::move(rows)) {
  merge_rows(rows_, 0);
}

const attribute_row* attribute_group::find(std::string_view key) const noexcept {
  const attribute_row* row = find_row(rows_, key);
  return row != nullptr && row->val ? row : nullptr;
}

bool attribute_group::set(std::vector<key_value>&& values, timestamp now, std::uint64_t change,
                          bool only_on_change) {
  const std::size_t sorted = rows_.size();
  bool changed = false;
  for (auto& item : values) {
    attribute_row* row = find_row(rows_, sorted, item.key);
    if (row == nullptr) {
      rows_.push_back(attribute_row{std::move(item.key), now, change, std::move(item.val)});
    } else if (only_on_change && row->val == item.val) {
      continue;
    } else {
      row->last_update = now;
      row->change = change != 0 ? change : row->change;
      row->val = std::move(item.val);
    }
    changed = true;
  }
  merge_rows(rows_, sorted);
  return changed;
}

bool attribute_group::erase(std::string_view key, timestamp now, std::uint64_t change,
                            bool keep_tombstone) {
  attribute_row* row = find_row(rows_, rows_.size(), key);
  if (row == nullptr || !row->val) {
    return false;
  }
  row->last_update = now;
  row->change = change;
  row->val.reset();
  if (!keep_tombstone) {
    rows_.erase(rows_.begin() + (row - rows_.data()));
  }
  return true;
}

void attribute_group::forget_deleted(std::uint64_t upto) {
  std::erase_if(rows_, [upto](const attribute_row& row) { return !row.val && row.change <= upto; });
}

} // namespace muster
