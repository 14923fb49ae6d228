#pragma once

#include "actors/model/command.hpp"
#include "actors/model/entity.hpp"

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace muster {

/// What a device needs of the profile that its provision key names.
struct provision_target {
  device_profile profile;
  /// The profile's, for a new device.
  target_packages packages;
};

/// Profiles by provision key, so that a fleet which comes up reads each once. A hint: the write
/// rests on the profile's version. Bounded; thread-safe.
class provision_cache {
public:
  /// Null: not known.
  std::shared_ptr<const provision_target> find(const std::string& key) const;

  /// To be taken before the store is read and given back with what was found: what was read before
  /// a change is not kept after it.
  std::uint64_t generation() const;
  void put(const std::string& key, std::shared_ptr<const provision_target> target,
           std::uint64_t generation);

  /// After a commit that changed a profile, a package or a tenant.
  void clear();

  static constexpr std::size_t max_keys = 1'000;

private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const provision_target>> targets_;
  std::uint64_t generation_ = 0;
};

} // namespace muster
