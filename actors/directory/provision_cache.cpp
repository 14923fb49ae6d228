#include "actors/directory/provision_cache.hpp"

#include <mutex>

namespace muster {

std::shared_ptr<const provision_target> provision_cache::find(const std::string& key) const {
  const std::shared_lock lock(mutex_);
  const auto found = targets_.find(key);
  return found == targets_.end() ? nullptr : found->second;
}

std::uint64_t provision_cache::generation() const {
  const std::shared_lock lock(mutex_);
  return generation_;
}

void provision_cache::put(const std::string& key, std::shared_ptr<const provision_target> target,
                          std::uint64_t generation) {
  const std::unique_lock lock(mutex_);
  if (generation != generation_) {
    return;
  }
  if (targets_.size() >= max_keys) {
    targets_.clear();
  }
  targets_[key] = std::move(target);
}

void provision_cache::clear() {
  const std::unique_lock lock(mutex_);
  targets_.clear();
  ++generation_;
}

} // namespace muster
