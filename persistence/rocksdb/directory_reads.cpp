#include "persistence/directory/lower_case.hpp"
#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/open_read.hpp"
#include "persistence/rocksdb/reads.hpp"
#include "persistence/rocksdb/rocksdb_store.hpp"

namespace muster::persistence::rocks {

// The store's reads of the directory.

namespace {

using keys::directory_kind;

template <class Row>
result<std::optional<Row>> directory_row(const slot& where, const std::string& key,
                                         result<void> (*read)(std::string_view, Row&) = decode) {
  return with(where, [&](const database& from) {
    return read_row<Row>(from, family::directory, key, read);
  });
}

/// A row found by an index that holds its id.
template <class Row>
result<std::optional<Row>> indexed_row(const slot& where, const std::string& index_key,
                                       directory_kind kind) {
  return with(where, [&](const database& from) -> result<std::optional<Row>> {
    const auto id = read_row<uuid>(from, family::directory, index_key, decode_id);
    if (!id || !*id) {
      return id ? result<std::optional<Row>>(std::nullopt) : tl::unexpected(id.error());
    }
    return read_row<Row>(from, family::directory, keys::of_directory(kind, **id), decode);
  });
}

} // namespace

result<std::optional<token_owner>> rocksdb_store::find_token(std::string_view token) {
  return directory_row<token_owner>(*slot_, keys::of_token(token));
}

result<std::optional<device_id>> rocksdb_store::find_device_by_name(const tenant_id& tenant,
                                                                    std::string_view name) {
  const auto key = keys::of_directory(directory_kind::device_name, tenant.value, name);
  return directory_row<uuid>(*slot_, key, decode_id).map([](const auto& id) {
    return id ? std::optional(device_id{*id}) : std::nullopt;
  });
}

result<page<device_info>> rocksdb_store::list_devices(const device_list& which,
                                                      const page_link& link) {
  return with(*slot_, [&](const database& from) { return rocks::list_devices(from, which, link); });
}

result<std::vector<device_position>>
rocksdb_store::next_devices(const device_group& of, const std::optional<device_position>& after,
                            std::size_t limit) {
  return with(*slot_,
              [&](const database& from) { return rocks::next_devices(from, of, after, limit); });
}

result<std::uint64_t> rocksdb_store::count_devices(const device_group& of) {
  return with(*slot_, [&](const database& from) { return rocks::count_devices(from, of); });
}

result<std::uint64_t> rocksdb_store::count_devices() {
  return count_devices(device_group{});
}

result<std::vector<bool>> rocksdb_store::are_active(std::span<const device_id> devices) {
  return with(*slot_, [&](const database& from) { return rocks::are_active(from, devices); });
}

result<std::optional<user>> rocksdb_store::read_user(const user_id& id) {
  return directory_row<user>(*slot_, keys::of_directory(directory_kind::user, id.value));
}

result<std::optional<user>> rocksdb_store::find_user_by_email(std::string_view email) {
  return indexed_row<user>(*slot_, keys::of_directory(directory_kind::email, lower_case(email)),
                           directory_kind::user);
}

result<std::optional<tenant>> rocksdb_store::read_tenant(const tenant_id& id) {
  return directory_row<tenant>(*slot_, keys::of_directory(directory_kind::tenant, id.value));
}

result<std::optional<customer>> rocksdb_store::read_customer(const customer_id& id) {
  return directory_row<customer>(*slot_, keys::of_directory(directory_kind::customer, id.value));
}

result<std::optional<device_profile>> rocksdb_store::read_profile(const profile_id& id) {
  return directory_row<device_profile>(*slot_,
                                       keys::of_directory(directory_kind::profile, id.value));
}

result<std::optional<device_profile>> rocksdb_store::find_profile_by_name(const tenant_id& tenant,
                                                                          std::string_view name) {
  return indexed_row<device_profile>(
      *slot_, keys::of_directory(directory_kind::profile_name, tenant.value, name),
      directory_kind::profile);
}

result<std::optional<device_profile>> rocksdb_store::find_default_profile(const tenant_id& tenant) {
  return indexed_row<device_profile>(
      *slot_, keys::of_directory(directory_kind::default_profile, tenant.value),
      directory_kind::profile);
}

result<std::optional<rule_chain>> rocksdb_store::read_rule_chain(const rule_chain_id& id) {
  return directory_row<rule_chain>(*slot_,
                                   keys::of_directory(directory_kind::rule_chain, id.value));
}

result<std::optional<rule_chain>> rocksdb_store::find_root_rule_chain(const tenant_id& tenant) {
  return indexed_row<rule_chain>(*slot_,
                                 keys::of_directory(directory_kind::root_rule_chain, tenant.value),
                                 directory_kind::rule_chain);
}

result<std::vector<put_revocation>> rocksdb_store::read_revocations() {
  return with(*slot_, [&](const database& from) {
    return rocks::read_revocations(from, clock_.now().wall);
  });
}

result<std::optional<std::string>> rocksdb_store::read_setting(std::string_view name) {
  return directory_row<std::string>(*slot_, keys::of_directory(directory_kind::setting, name),
                                    decode_text);
}

result<std::optional<device_profile>>
rocksdb_store::find_profile_by_provision_key(std::string_view key) {
  return indexed_row<device_profile>(*slot_, keys::of_directory(directory_kind::provision_key, key),
                                     directory_kind::profile);
}

result<std::optional<customer>> rocksdb_store::find_customer_by_title(const tenant_id& tenant,
                                                                      std::string_view title) {
  return indexed_row<customer>(
      *slot_, keys::of_directory(directory_kind::customer_title, tenant.value, title),
      directory_kind::customer);
}

result<std::optional<user>> rocksdb_store::find_user_by_activation(std::string_view token) {
  return indexed_row<user>(*slot_, keys::of_directory(directory_kind::activation, token),
                           directory_kind::user);
}

result<std::optional<package_info>> rocksdb_store::read_package(const package_id& id) {
  return directory_row<package_info>(*slot_, keys::of_directory(directory_kind::package, id.value));
}

result<bool> rocksdb_store::is_content_used(const content_digest& content) {
  return directory_row<std::uint64_t>(*slot_, keys::of_content(content), decode_number)
      .map([](const auto& count) { return count.value_or(0) > 0; });
}

result<page<device_profile>> rocksdb_store::list_profiles(const profile_list& which,
                                                          const page_link& link) {
  return with(*slot_,
              [&](const database& from) { return rocks::list_profiles(from, which, link); });
}

result<page<tenant>> rocksdb_store::list_tenants(const page_link& link) {
  return with(*slot_, [&](const database& from) { return rocks::list_tenants(from, link); });
}

result<page<customer>> rocksdb_store::list_customers(const tenant_id& tenant,
                                                     const page_link& link) {
  return with(*slot_,
              [&](const database& from) { return rocks::list_customers(from, tenant, link); });
}

result<page<user>> rocksdb_store::list_users(const user_list& which, const page_link& link) {
  return with(*slot_, [&](const database& from) { return rocks::list_users(from, which, link); });
}

result<page<package_info>> rocksdb_store::list_packages(const package_list& which,
                                                        const page_link& link) {
  return with(*slot_,
              [&](const database& from) { return rocks::list_packages(from, which, link); });
}

result<page<rule_chain>> rocksdb_store::list_rule_chains(const tenant_id& tenant,
                                                         const page_link& link) {
  return with(*slot_,
              [&](const database& from) { return rocks::list_rule_chains(from, tenant, link); });
}

result<page<audit_entry>> rocksdb_store::list_audit(const audit_list& which,
                                                    const page_link& link) {
  const audit_retention kept{audit_retention_seconds_, clock_.now().wall};
  return with(*slot_,
              [&](const database& from) { return rocks::list_audit(from, which, kept, link); });
}

result<std::vector<relation>> rocksdb_store::relations_from(const entity_ref& entity) {
  return with(*slot_, [&](const database& from) { return rocks::relations_from(from, entity); });
}

result<std::vector<relation>> rocksdb_store::relations_to(const entity_ref& entity) {
  return with(*slot_, [&](const database& from) { return rocks::relations_to(from, entity); });
}

result<std::optional<relation>>
rocksdb_store::find_relation(const entity_ref& from, const entity_ref& to, std::string_view type) {
  return with(*slot_,
              [&](const database& rows) { return rocks::find_relation(rows, from, to, type); });
}

result<std::vector<attribute>>
rocksdb_store::read_entity_attributes(const entity_ref& entity,
                                      const std::optional<std::vector<std::string>>& keys) {
  return with(*slot_, [&](const database& from) {
    return rocks::read_entity_attributes(from, entity, keys);
  });
}

result<page<rule_event>> rocksdb_store::list_rule_events(const rule_event_list& which,
                                                         const page_link& link) {
  const event_retention kept{rule_event_retention_seconds_, clock_.now().wall};
  return with(*slot_, [&](const database& from) {
    return rocks::list_rule_events(from, which, kept, link);
  });
}

result<std::vector<job>> rocksdb_store::read_jobs() {
  return with(*slot_, [&](const database& from) { return rocks::read_jobs(from); });
}

} // namespace muster::persistence::rocks
