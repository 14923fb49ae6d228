#include "actors/directory/revocations.hpp"

#include <algorithm>
#include <mutex>

namespace muster {

void revocations::load(const std::vector<persistence::put_revocation>& rows) {
  std::unique_lock lock(mutex_);
  for (const auto& row : rows) {
    merge(row);
  }
}

void revocations::add(const persistence::put_revocation& row) {
  std::unique_lock lock(mutex_);
  merge(row);
}

void revocations::merge(const persistence::put_revocation& row) {
  entry& item = entries_[row.subject];
  item.valid_from = std::max(item.valid_from, row.valid_from);
  item.expires = std::max(item.expires, row.expires);
}

bool revocations::valid(const uuid& subject, timestamp issued) const {
  std::shared_lock lock(mutex_);
  const auto found = entries_.find(subject);
  return found == entries_.end() || issued >= found->second.valid_from;
}

void revocations::drop_expired(timestamp now) {
  std::unique_lock lock(mutex_);
  std::erase_if(entries_, [now](const auto& item) { return item.second.expires <= now; });
}

std::size_t revocations::size() const {
  std::shared_lock lock(mutex_);
  return entries_.size();
}

} // namespace muster
