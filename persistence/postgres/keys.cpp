#include "persistence/postgres/keys.hpp"

#include "persistence/directory/lower_case.hpp"

#include <openssl/sha.h>

#include <array>

namespace muster::persistence::postgres {

namespace {

std::string_view bytes_of(const uuid& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

std::string joined(char kind, std::string_view first, std::string_view second = {}) {
  std::string key(1, kind);
  key.reserve(1 + first.size() + second.size());
  return key.append(first).append(second);
}

} // namespace

namespace unique_key {

std::string device(const device_id& id) {
  return joined('n', bytes_of(id.value));
}
std::string device_name(const tenant_id& tenant, std::string_view name) {
  return joined('d', bytes_of(tenant.value), name);
}
std::string token(std::string_view credentials_id) {
  return joined('t', credentials_id);
}
std::string email(std::string_view email) {
  return joined('e', lower_case(email));
}
std::string activation(std::string_view token) {
  return joined('a', token);
}
std::string profile_name(const tenant_id& tenant, std::string_view name) {
  return joined('p', bytes_of(tenant.value), name);
}
std::string provision_key(std::string_view key) {
  return joined('k', key);
}
std::string tenant_title(std::string_view title) {
  return joined('T', title);
}
std::string customer_title(const tenant_id& tenant, std::string_view title) {
  return joined('c', bytes_of(tenant.value), title);
}
std::string package_name(const tenant_id& tenant, std::string_view title,
                         std::string_view release) {
  return joined('o', bytes_of(tenant.value), std::to_string(title.size()) + ':')
      .append(title)
      .append(release);
}
std::string root_chain(const tenant_id& tenant) {
  return joined('r', bytes_of(tenant.value));
}
std::string setting(std::string_view name) {
  return joined('s', name);
}

} // namespace unique_key

std::string token_digest(std::string_view credentials_id) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(credentials_id.data()), credentials_id.size(),
         digest.data());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

} // namespace muster::persistence::postgres
