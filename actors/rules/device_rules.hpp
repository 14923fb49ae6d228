#pragma once

#include "actors/model/entity.hpp"
#include "actors/rules/alarms/asked_owners.hpp"
#include "actors/rules/engine/chain_shortcuts.hpp"
#include "actors/rules/rate_limit.hpp"

#include <memory>
#include <string>

namespace muster {

class owner_attributes;
class script_engine;
struct ready_chain;
struct rule_chains;

/// What holds for the devices of one profile of one tenant. Immutable once made.
struct device_rules {
  tenant_id tenant;
  profile_id profile;
  /// Name of a payload codec; empty: by the request's Content-Type.
  std::string codec;
  /// Of telemetry that comes without one, in seconds; 0: none.
  std::int64_t default_ttl_seconds = 0;
  /// 0: the server's default.
  milliseconds inactivity_timeout = 0;

  // Of one device: the profile's, where it has one, else the tenant's.
  rate_limit device_messages;
  rate_limit device_telemetry_messages;
  rate_limit device_data_points;
  // Of all devices of the tenant together.
  rate_limit tenant_messages;
  rate_limit tenant_telemetry_messages;
  rate_limit tenant_data_points;

  /// The tenant's chains, and the one of them that the devices' messages enter; null: messages do
  /// what they do without a chain.
  std::shared_ptr<const rule_chains> chains;
  const ready_chain* entry = nullptr;
  chain_shortcuts shortcuts;

  /// Alarm rules of the profile; null: there are none. They make nothing special by themselves.
  std::shared_ptr<const alarm_programs> alarms;
  asked_owners asked;
  // For alarm rules, the device's own included; outlive the rules. Null: there are none.
  script_engine* scripts = nullptr;
  owner_attributes* owners = nullptr;

  /// The tenant is deleted: its devices are refused like unknown ones.
  bool tenant_gone = false;

  bool limited() const noexcept {
    return !(device_messages.empty() && device_telemetry_messages.empty() &&
             device_data_points.empty() && tenant_messages.empty() &&
             tenant_telemetry_messages.empty() && tenant_data_points.empty());
  }
  /// Something holds that a device of no profile would not meet.
  bool special() const noexcept {
    return tenant_gone || !codec.empty() || default_ttl_seconds != 0 || inactivity_timeout != 0 ||
           limited() || shortcuts != chain_shortcuts{};
  }

  friend bool operator==(const device_rules&, const device_rules&) = default;
};

/// Error: invalid, when one of the rate limits cannot be read. For whoever saves them.
result<void> check(const profile_rules& rules);
result<void> check(const tenant_limits& limits);

/// What the two say together. Limits that cannot be read, which `check` keeps out, do not hold and
/// are logged.
device_rules compose(const profile_rules& profile, const tenant_limits& tenant);

} // namespace muster
