#pragma once

#include "persistence/postgres/keys.hpp"
#include "persistence/store/mutation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace muster::persistence::postgres {

// The unique keys that a row holds, for every kind of row that has some.

inline std::vector<std::string> keys_of(const device_info& row) {
  return {unique_key::device_name(row.tenant, row.name)};
}
inline std::vector<std::string> keys_of(const credentials& row) {
  return {unique_key::token(row.credentials_id)};
}
inline std::vector<std::string> keys_of(const user& row) {
  std::vector<std::string> keys{unique_key::email(row.email)};
  if (row.activation_token) {
    keys.push_back(unique_key::activation(*row.activation_token));
  }
  return keys;
}
inline std::vector<std::string> keys_of(const tenant& row) {
  return {unique_key::tenant_title(row.title)};
}
inline std::vector<std::string> keys_of(const customer& row) {
  return {unique_key::customer_title(row.tenant, row.title)};
}
inline std::vector<std::string> keys_of(const device_profile& row) {
  std::vector<std::string> keys{unique_key::profile_name(row.tenant, row.name)};
  if (row.provision_key) {
    keys.push_back(unique_key::provision_key(*row.provision_key));
  }
  return keys;
}
inline std::vector<std::string> keys_of(const package_info& row) {
  return {unique_key::package_name(row.tenant, row.title, row.release)};
}
inline std::vector<std::string> keys_of(const rule_chain& row) {
  return row.root ? std::vector{unique_key::root_chain(row.tenant)} : std::vector<std::string>();
}

/// Of a change: what its row gives up, and what it holds afterwards.
template <class Put>
std::vector<std::string> keys_freed(const Put& row) {
  if (!row.old) {
    return {};
  }
  auto freed = keys_of(*row.old);
  for (const auto& kept : keys_of(row.now)) {
    std::erase(freed, kept);
  }
  return freed;
}

} // namespace muster::persistence::postgres
