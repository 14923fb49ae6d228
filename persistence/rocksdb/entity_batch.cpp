#include "persistence/directory/lower_case.hpp"
#include "persistence/rocksdb/batch_steps.hpp"
#include "persistence/rocksdb/directory_batch.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

// Keys of the indexes that an entity has entries in.

std::string address_of(const user& row) {
  return keys::of_directory(directory_kind::email, lower_case(row.email));
}

std::optional<std::string> activation_of(const user& row) {
  return row.activation_token
             ? std::optional(keys::of_directory(directory_kind::activation, *row.activation_token))
             : std::nullopt;
}

std::string title_of(const tenant& row) {
  return keys::of_directory(directory_kind::tenant_title, row.title);
}

std::string title_of(const customer& row) {
  return keys::of_directory(directory_kind::customer_title, row.tenant.value, row.title);
}

std::string name_of(const device_profile& row) {
  return keys::of_directory(directory_kind::profile_name, row.tenant.value, row.name);
}

std::optional<std::string> provision_key_of(const device_profile& row) {
  return row.provision_key
             ? std::optional(keys::of_directory(directory_kind::provision_key, *row.provision_key))
             : std::nullopt;
}

std::string name_of(const package_info& row) {
  return keys::of_package_name(row.tenant, row.title, row.release);
}

std::optional<std::string> root_of(const rule_chain& row) {
  return row.root
             ? std::optional(keys::of_directory(directory_kind::root_rule_chain, row.tenant.value))
             : std::nullopt;
}

/// Of the old row of a change, if there is one.
template <class Row, class Key>
std::optional<std::string> before(const std::optional<Row>& old, Key key_of) {
  return old ? std::optional<std::string>(key_of(*old)) : std::nullopt;
}

} // namespace

void directory_batch::move_entry(std::optional<std::string> from, std::optional<std::string> to,
                                 const uuid& id) {
  if (from && from != to) {
    erase_row(std::move(*from));
  }
  if (to) {
    put_row(std::move(*to), encoded_id(id));
  }
}

void directory_batch::add(const put_user& row) {
  const auto& id = row.now.id.value;
  move_entry(before(row.old, [](const user& u) { return address_of(u); }), address_of(row.now), id);
  move_entry(row.old ? activation_of(*row.old) : std::nullopt, activation_of(row.now), id);
  put_row(keys::of_directory(directory_kind::user, id), encoded(row.now));
}

void directory_batch::add(const erase_user& row) {
  erase_row(address_of(row.old));
  move_entry(activation_of(row.old), std::nullopt, {});
  erase_row(keys::of_directory(directory_kind::user, row.old.id.value));
}

void directory_batch::add(const put_tenant& row) {
  const auto& id = row.now.id.value;
  move_entry(before(row.old, [](const tenant& t) { return title_of(t); }), title_of(row.now), id);
  put_row(keys::of_directory(directory_kind::tenant, id), encoded(row.now));
}

result<void> directory_batch::add(const erase_tenant& row) {
  erase_row(title_of(row.old));
  erase_row(keys::of_directory(directory_kind::tenant, row.old.id.value));
  return erase_all_of({entity_type::tenant, row.old.id.value});
}

void directory_batch::add(const put_customer& row) {
  const auto& id = row.now.id.value;
  move_entry(before(row.old, [](const customer& c) { return title_of(c); }), title_of(row.now), id);
  put_row(keys::of_directory(directory_kind::customer, id), encoded(row.now));
}

result<void> directory_batch::add(const erase_customer& row) {
  erase_row(title_of(row.old));
  erase_row(keys::of_directory(directory_kind::customer, row.old.id.value));
  return erase_all_of({entity_type::customer, row.old.id.value});
}

result<void> directory_batch::add(const put_profile& row) {
  const auto& id = row.now.id.value;
  if (row.old) {
    refer(*row.old, -1);
  }
  refer(row.now, 1);
  move_entry(before(row.old, [](const device_profile& p) { return name_of(p); }), name_of(row.now),
             id);
  move_entry(row.old ? provision_key_of(*row.old) : std::nullopt, provision_key_of(row.now), id);
  put_row(keys::of_directory(directory_kind::profile, id), encoded(row.now));
  return set_default(row.now);
}

result<void> directory_batch::add(const erase_profile& row) {
  refer(row.old, -1);
  erase_row(name_of(row.old));
  move_entry(provision_key_of(row.old), std::nullopt, {});
  erase_row(keys::of_directory(directory_kind::profile, row.old.id.value));
  device_profile gone = row.old;
  gone.is_default = false;
  return set_default(gone);
}

result<void> directory_batch::set_default(const device_profile& profile) {
  std::string key = keys::of_directory(directory_kind::default_profile, profile.tenant.value);
  if (profile.is_default) {
    put_row(std::move(key), encoded_id(profile.id.value));
    return {};
  }
  const auto bytes = find(key);
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  // Another profile may be the default by now.
  if (*bytes == encoded_id(profile.id.value)) {
    erase_row(std::move(key));
  }
  return {};
}

void directory_batch::add(const put_package& row) {
  const auto count = [this](const package_info& one, std::int64_t change) {
    if (one.profile) {
      counts_[keys::of_references(one.profile->value)] += change;
    }
    if (one.content) {
      counts_[keys::of_content(*one.content)] += change;
    }
  };
  if (row.old) {
    count(*row.old, -1);
  }
  count(row.now, 1);
  const auto& id = row.now.id.value;
  move_entry(before(row.old, [](const package_info& p) { return name_of(p); }), name_of(row.now),
             id);
  put_row(keys::of_directory(directory_kind::package, id), encoded(row.now));
}

void directory_batch::add(const erase_package& row) {
  if (row.old.profile) {
    --counts_[keys::of_references(row.old.profile->value)];
  }
  if (row.old.content) {
    --counts_[keys::of_content(*row.old.content)];
  }
  erase_row(name_of(row.old));
  erase_row(keys::of_directory(directory_kind::package, row.old.id.value));
}

void directory_batch::refer(const device_profile& from, std::int64_t change) {
  refer(from.firmware, change);
  refer(from.software, change);
  refer(from.default_rule_chain, change);
}

void directory_batch::add(const put_rule_chain& row) {
  const auto& id = row.now.id.value;
  move_entry(row.old ? root_of(*row.old) : std::nullopt, root_of(row.now), id);
  put_row(keys::of_directory(directory_kind::rule_chain, id), encoded(row.now));
}

void directory_batch::add(const erase_rule_chain& row) {
  move_entry(root_of(row.old), std::nullopt, {});
  erase_row(keys::of_directory(directory_kind::rule_chain, row.old.id.value));
}

void directory_batch::add(const put_audit& row) {
  const auto& entry = row.entry;
  const uuid tenant = entry.tenant ? entry.tenant->value : uuid{};
  put_listed(keys::of_audit(tenant, entry.created, entry.id), encoded(entry));
}

void directory_batch::add(const put_job& row) {
  put_row(keys::of_directory(directory_kind::job, row.now.id), encoded(row.now));
}

void directory_batch::add(const erase_job& row) {
  erase_row(keys::of_directory(directory_kind::job, row.id));
}

} // namespace muster::persistence::rocks
