#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace muster {

/// What is known of a device apart from its data. Version grows by one per change.
struct device_info {
  device_id id;
  timestamp created = 0;
  tenant_id tenant;
  std::optional<customer_id> customer;
  profile_id profile;
  std::string name;
  std::string type;
  std::optional<std::string> label;
  std::optional<package_id> firmware;
  std::optional<package_id> software;
  /// "null" when absent.
  json_text additional_info{"null"};
  /// `deviceData` as applications gave it; "null" when never given (the wire then shows the
  /// default).
  json_text device_data{"null"};
  /// Calculated fields of the device itself, as a list; "null" when there are none.
  json_text calculated_fields{"null"};
  std::uint64_t version = 1;

  friend bool operator==(const device_info&, const device_info&) = default;
};

/// The numbers are written to disk.
enum class credentials_type : std::uint8_t {
  access_token = 0,
  x509_certificate = 1,
  mqtt_basic = 2,
  lwm2m = 3
};

/// A device's one set of credentials. Version grows by one per change; commands carry it, and the
/// device's actor refuses an old one.
struct credentials {
  uuid id;
  timestamp created = 0;
  device_id device;
  credentials_type type = credentials_type::access_token;
  /// The access token itself, or the fingerprint of the others; unique over the installation.
  std::string credentials_id;
  std::optional<std::string> credentials_value;
  std::uint32_t version = 1;

  friend bool operator==(const credentials&, const credentials&) = default;
};

/// What a profile's devices may speak; the server serves them all alike. The numbers are written to
/// disk.
enum class transport_type : std::uint8_t { standard = 0, mqtt = 1, coap = 2, lwm2m = 3, snmp = 4 };

/// How devices of a profile make themselves known (reference, section 8). The numbers are written
/// to disk.
enum class provision_strategy : std::uint8_t {
  disabled = 0,
  allow_create_new_devices = 1,
  check_pre_provisioned_devices = 2,
  x509_certificate_chain = 3
};

/// What the server itself obeys of a profile: `profileData.muster`.
struct profile_rules {
  /// Name of a payload codec; empty: by the request's Content-Type.
  std::string codec;
  /// Of telemetry that comes without one, in seconds; 0: as long as `data.retention` says.
  std::int64_t default_ttl_seconds = 0;
  /// 0: the server's default.
  milliseconds inactivity_timeout = 0;
  /// `"20:1,600:60"`: counts and seconds; empty: none.
  std::string device_rate_limit;
  std::string device_telemetry_rate_limit;

  friend bool operator==(const profile_rules&, const profile_rules&) = default;
};

struct device_profile {
  profile_id id;
  timestamp created = 0;
  tenant_id tenant;
  /// Unique in the tenant.
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> image;
  bool is_default = false;
  transport_type transport = transport_type::standard;
  provision_strategy provisioning = provision_strategy::disabled;
  /// Unique over the installation.
  std::optional<std::string> provision_key;
  std::optional<std::string> provision_secret;
  std::optional<package_id> firmware;
  std::optional<package_id> software;
  /// Where the messages of its devices go; absent: to the tenant's root chain.
  std::optional<rule_chain_id> default_rule_chain;
  std::optional<uuid> default_edge_rule_chain;
  std::optional<uuid> default_dashboard;
  std::optional<std::string> default_queue;
  profile_rules rules;
  /// `profileData` as applications gave it; "null" when never given.
  json_text profile_data{"null"};
  /// The calculated fields of its devices, as a list; "null" when there are none.
  json_text calculated_fields{"null"};
  std::uint64_t version = 1;

  friend bool operator==(const device_profile&, const device_profile&) = default;
};

/// Where a tenant or a customer can be reached; kept as it was given.
struct contact {
  std::optional<std::string> country;
  std::optional<std::string> state;
  std::optional<std::string> city;
  std::optional<std::string> address;
  std::optional<std::string> address2;
  std::optional<std::string> zip;
  std::optional<std::string> phone;
  std::optional<std::string> email;

  friend bool operator==(const contact&, const contact&) = default;
};

/// `additionalInfo.muster` of a tenant, by the names of the device reference's section 1.7; texts
/// as `"20:1,600:60"`, empty: no limit.
struct tenant_limits {
  std::string tenant_messages;
  std::string tenant_telemetry_messages;
  std::string tenant_data_points;
  std::string device_messages;
  std::string device_telemetry_messages;
  std::string device_data_points;

  friend bool operator==(const tenant_limits&, const tenant_limits&) = default;
};

struct tenant {
  tenant_id id;
  timestamp created = 0;
  /// Unique over the installation.
  std::string title;
  std::optional<std::string> region;
  muster::contact contact;
  tenant_limits limits;
  json_text additional_info{"null"};
  std::uint64_t version = 1;

  friend bool operator==(const tenant&, const tenant&) = default;
};

struct customer {
  customer_id id;
  timestamp created = 0;
  tenant_id tenant;
  /// Unique in the tenant.
  std::string title;
  muster::contact contact;
  /// The customer whose devices everybody may see; a tenant has at most one.
  bool is_public = false;
  json_text additional_info{"null"};
  std::uint64_t version = 1;

  friend bool operator==(const customer&, const customer&) = default;
};

/// The numbers are written to disk.
enum class authority : std::uint8_t {
  system_administrator = 0,
  tenant_administrator = 1,
  customer_user = 2
};

struct user {
  user_id id;
  timestamp created = 0;
  authority role = authority::tenant_administrator;
  /// Absent for a system administrator.
  std::optional<tenant_id> tenant;
  std::optional<customer_id> customer;
  /// Unique over the installation, compared in lower case.
  std::string email;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> phone;
  json_text additional_info{"null"};
  /// Argon2id in its encoded form; empty: the user cannot log in.
  std::string password_hash;
  /// What the activation link carries until the user has chosen a password; unique over the
  /// installation.
  std::optional<std::string> activation_token;
  /// Tokens issued before this time are refused (log-out everywhere after a change of password).
  timestamp tokens_valid_from = 0;
  std::uint64_t version = 1;

  friend bool operator==(const user&, const user&) = default;
};

/// Who asks, as the application API's token says.
struct caller {
  user_id user;
  authority role = authority::customer_user;
  std::optional<tenant_id> tenant;
  std::optional<customer_id> customer;
  // For the audit log: the client's address, and the user's e-mail address.
  std::string address = {};
  std::string email = {};
};

} // namespace muster
