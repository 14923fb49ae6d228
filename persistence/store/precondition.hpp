#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace muster::persistence {

// Conditions judged in the same step as the write, over everything committed before, earlier
// submissions of the same batch included.

struct device_name_free {
  tenant_id tenant;
  std::string name;
};
struct credentials_free {
  std::string credentials_id;
};
struct email_free {
  std::string email;
};
struct activation_free {
  std::string token;
};
struct profile_name_free {
  tenant_id tenant;
  std::string name;
};
struct provision_key_free {
  std::string key;
};
struct tenant_title_free {
  std::string title;
};
struct customer_title_free {
  tenant_id tenant;
  std::string title;
};
struct package_name_free {
  tenant_id tenant;
  std::string title;
  std::string release;
};
/// No chain of the tenant is its root.
struct root_chain_free {
  tenant_id tenant;
};
struct setting_free {
  std::string name;
};

/// The entity exists; `version` 0: whatever its version, else of this one.
struct profile_is {
  profile_id id;
  std::uint64_t version = 0;
};
struct user_is {
  user_id id;
  std::uint64_t version = 0;
};
struct tenant_is {
  tenant_id id;
  std::uint64_t version = 0;
};
struct customer_is {
  customer_id id;
  std::uint64_t version = 0;
};
struct package_is {
  package_id id;
  std::uint64_t version = 0;
};
struct rule_chain_is {
  rule_chain_id id;
  std::uint64_t version = 0;
};
/// Whatever its version, which only its actor may rest on.
struct device_is {
  device_id id;
};

struct alarm_is {
  alarm_id id;
  std::uint64_t version = 0;
};

/// No device is of the profile and no package is for it alone.
struct profile_unused {
  tenant_id tenant;
  profile_id id;
};
/// No device and no profile is assigned to the package.
struct package_unused {
  package_id id;
};
/// No profile names the chain.
struct rule_chain_unused {
  rule_chain_id id;
};

struct precondition {
  std::variant<device_name_free, credentials_free, email_free, activation_free, profile_name_free,
               provision_key_free, tenant_title_free, customer_title_free, package_name_free,
               setting_free, profile_is, user_is, tenant_is, customer_is, package_is,
               profile_unused, package_unused, root_chain_free, rule_chain_is, rule_chain_unused,
               device_is, alarm_is>
      what;
  /// The reply of the submission when it does not hold.
  error if_broken;
};

} // namespace muster::persistence
