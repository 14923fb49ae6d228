#include "actors/rules/owner_attributes.hpp"

#include <optional>
#include <utility>

namespace muster {

std::shared_ptr<const owner_attributes::values> owner_attributes::last(const tenant_id& by,
                                                                       const entity_ref& of) const {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find({of, by});
  return found == entries_.end() ? nullptr : found->second.known;
}

bool owner_attributes::known(const tenant_id& by, const entity_ref& of) const {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find({of, by});
  return found != entries_.end() && found->second.read_version == found->second.version;
}

result<void> owner_attributes::read(const tenant_id& by, const entity_ref& of) {
  std::uint64_t version = 0;
  {
    // The place is there before the read, so that news of a commit finds it.
    const std::lock_guard guard(mutex_);
    const auto& place = entries_[{of, by}];
    version = place.version;
    if (place.read_version == version) {
      return {};
    }
  }
  auto now = stored(by, of);
  if (!now) {
    return tl::unexpected(std::move(now.error()));
  }
  auto found = std::make_shared<const values>(std::move(*now));
  const std::lock_guard guard(mutex_);
  auto& place = entries_[{of, by}];
  if (place.read_version < version) {
    place.read_version = version;
    place.known = std::move(found);
  }
  return {};
}

result<owner_attributes::values> owner_attributes::stored(const tenant_id& by,
                                                          const entity_ref& of) {
  if (of.kind == entity_type::customer) {
    const auto owner = rows_.read_customer({of.id});
    if (!owner) {
      return tl::unexpected(owner.error());
    }
    if (!*owner || (*owner)->tenant != by) {
      return values{};
    }
  } else if (of.id != by.value) {
    return values{};
  }
  auto rows = rows_.read_entity_attributes(of, std::nullopt);
  if (!rows) {
    return tl::unexpected(std::move(rows.error()));
  }
  values all;
  for (auto& one : *rows) {
    all.emplace(std::move(one.key), std::move(one.val));
  }
  return all;
}

void owner_attributes::changed(const entity_ref& of) {
  const std::lock_guard guard(mutex_);
  for (auto at = entries_.lower_bound({of, tenant_id{}});
       at != entries_.end() && at->first.first == of; ++at) {
    ++at->second.version;
  }
}

void owner_attributes::distrust() {
  const std::lock_guard guard(mutex_);
  for (auto& [of, place] : entries_) {
    ++place.version;
  }
}

} // namespace muster
