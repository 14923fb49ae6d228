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

struct device_profile {
  profile_id id;
  timestamp created = 0;
  tenant_id tenant;
  std::string name;
  std::optional<std::string> description;
  bool is_default = false;
  /// `profileData` as applications gave it; "null" when never given.
  json_text profile_data{"null"};
  std::uint64_t version = 1;

  friend bool operator==(const device_profile&, const device_profile&) = default;
};

struct tenant {
  tenant_id id;
  timestamp created = 0;
  std::string title;
  json_text additional_info{"null"};
  std::uint64_t version = 1;

  friend bool operator==(const tenant&, const tenant&) = default;
};

struct customer {
  customer_id id;
  timestamp created = 0;
  tenant_id tenant;
  std::string title;
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
  json_text additional_info{"null"};
  /// Argon2id in its encoded form; empty: the user cannot log in.
  std::string password_hash;
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
};

} // namespace muster
