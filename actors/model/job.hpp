#pragma once

#include "actors/model/package.hpp"
#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"

#include <compare>
#include <cstdint>
#include <optional>

namespace muster {

/// Long work over many devices. The numbers are written to disk.
enum class job_kind : std::uint8_t {
  /// A profile's package goes to its devices; subject: the profile.
  rollout = 0,
  /// A deleted customer's devices go back to the tenant; subject: the customer.
  give_back_devices = 1,
  /// All that belongs to a deleted tenant goes; subject: the tenant.
  remove_tenant = 2,
  /// A profile has another name, which is its devices' type; subject: the profile.
  rename_type = 3
};

/// Whether the devices that the job is done with still belong to what it walks.
constexpr bool keeps_devices(job_kind kind) noexcept {
  return kind == job_kind::rollout || kind == job_kind::rename_type;
}

/// A device's place in the order in which jobs walk devices: by creation.
struct device_position {
  timestamp created = 0;
  device_id id;

  friend auto operator<=>(const device_position&, const device_position&) = default;
};

/// A job as it is kept: written with the change that makes it necessary, advanced as it goes on,
/// gone when it is done.
struct job {
  uuid id;
  timestamp created = 0;
  job_kind kind = job_kind::rollout;
  tenant_id tenant;
  /// Of what its kind says.
  uuid subject;
  /// Of a rollout.
  package_type type = package_type::firmware;
  /// The last device that was done for good; absent: none yet.
  std::optional<device_position> after;
  std::uint64_t done = 0;
  /// How many devices there were at the start, as far as known.
  std::uint64_t total = 0;

  friend bool operator==(const job&, const job&) = default;
};

} // namespace muster
