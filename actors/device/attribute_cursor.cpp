#include "actors/device/attribute_cursor.hpp"

#include <algorithm>
#include <utility>

namespace muster {

bool attribute_cursor::arrive() noexcept {
  if (cursor_) {
    return false;
  }
  cursor_ = newest_;
  return true;
}

attribute_changes attribute_cursor::collect(const attribute_group& shared) const {
  attribute_changes changes;
  for (const auto& row : shared.rows()) {
    if (row.change <= *cursor_) {
      continue;
    }
    if (row.val) {
      changes.set.push_back(key_value{row.key, *row.val});
    } else {
      changes.deleted.push_back(row.key);
    }
  }
  return changes;
}

void attribute_cursor::begin_round(std::vector<poll_id> polls) {
  round_ = std::move(polls);
  upto_ = newest_;
}

attribute_cursor::outcome attribute_cursor::report(poll_id poll, bool written) {
  const auto found = std::find(round_.begin(), round_.end(), poll);
  if (found == round_.end()) {
    return outcome::unknown_poll;
  }
  if (written) {
    cursor_ = upto_;
    round_ = {};
    return outcome::moved;
  }
  round_.erase(found);
  return round_.empty() ? outcome::all_lost : outcome::pending;
}

} // namespace muster
