#include "persistence/rocksdb/transfer/import_entity.hpp"

#include "persistence/directory/lower_case.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

std::string quoted(const char* kind, const std::string& name) {
  return std::string(kind) + " \"" + name + "\"";
}

/// Adds a condition unless the old row has the same.
template <class Condition>
void demand(std::vector<precondition>& all, bool same, Condition what, const std::string& message) {
  if (!same) {
    all.push_back({std::move(what), {error_code::already_exists, message}});
  }
}

} // namespace

std::string text_of(const tenant& row) {
  return quoted("tenant", row.title);
}
std::string text_of(const customer& row) {
  return quoted("customer", row.title);
}
std::string text_of(const device_profile& row) {
  return quoted("profile", row.name);
}
std::string text_of(const user& row) {
  return quoted("user", row.email);
}
std::string text_of(const package_info& row) {
  return quoted("package", row.title + " " + row.release);
}
std::string text_of(const rule_chain& row) {
  return quoted("rule chain", row.name);
}
std::string text_of(const device_info& row) {
  return quoted("device", row.name);
}

std::vector<precondition> names_free(const tenant& now, const std::optional<tenant>& old) {
  std::vector<precondition> all;
  demand(all, old && old->title == now.title, tenant_title_free{now.title},
         "another tenant there has the title \"" + now.title + "\"");
  return all;
}

std::vector<precondition> names_free(const customer& now, const std::optional<customer>& old) {
  std::vector<precondition> all;
  demand(all, old && old->tenant == now.tenant && old->title == now.title,
         customer_title_free{now.tenant, now.title},
         "another customer there has the title \"" + now.title + "\"");
  return all;
}

std::vector<precondition> names_free(const device_profile& now,
                                     const std::optional<device_profile>& old) {
  std::vector<precondition> all;
  demand(all, old && old->tenant == now.tenant && old->name == now.name,
         profile_name_free{now.tenant, now.name},
         "another profile there has the name \"" + now.name + "\"");
  if (now.provision_key) {
    demand(all, old && old->provision_key == now.provision_key,
           provision_key_free{*now.provision_key},
           "another profile there has the provision key of \"" + now.name + "\"");
  }
  return all;
}

std::vector<precondition> names_free(const user& now, const std::optional<user>& old) {
  std::vector<precondition> all;
  demand(all, old && lower_case(old->email) == lower_case(now.email), email_free{now.email},
         "another user there has the address " + now.email);
  if (now.activation_token) {
    demand(all, old && old->activation_token == now.activation_token,
           activation_free{*now.activation_token},
           "another user there has the activation token of " + now.email);
  }
  return all;
}

std::vector<precondition> names_free(const package_info& now,
                                     const std::optional<package_info>& old) {
  std::vector<precondition> all;
  demand(all,
         old && old->tenant == now.tenant && old->title == now.title && old->release == now.release,
         package_name_free{now.tenant, now.title, now.release},
         "another package there is called \"" + now.title + " " + now.release + "\"");
  return all;
}

std::vector<precondition> names_free(const rule_chain& now, const std::optional<rule_chain>& old) {
  std::vector<precondition> all;
  if (now.root) {
    demand(all, old && old->root && old->tenant == now.tenant, root_chain_free{now.tenant},
           "another rule chain there is its tenant's root");
  }
  return all;
}

tl::unexpected<error> misplaced() {
  return fail(error_code::invalid, "its key is not that of its row");
}

result<bool> is_there(const database& in, const entity_ref& entity) {
  rocksdb::PinnableSlice bytes;
  const auto in_directory = [&](directory_kind kind) {
    return in.get(family::directory, keys::of_directory(kind, entity.id), bytes);
  };
  switch (entity.kind) {
  case entity_type::device: {
    const auto key =
        keys::of_device_row(keys::of_device(device_id{entity.id}), keys::device_kind::info);
    return in.get(family::devices, keys::view(key), bytes);
  }
  case entity_type::device_profile:
    return in_directory(directory_kind::profile);
  case entity_type::tenant:
    return in_directory(directory_kind::tenant);
  case entity_type::customer:
    return in_directory(directory_kind::customer);
  case entity_type::user:
    return in_directory(directory_kind::user);
  case entity_type::package:
    return in_directory(directory_kind::package);
  case entity_type::rpc:
    return in_directory(directory_kind::rpc);
  case entity_type::rule_chain:
    return in_directory(directory_kind::rule_chain);
  case entity_type::alarm:
    return in_directory(directory_kind::alarm);
  case entity_type::rule_node:
    // A part of its chain.
    break;
  }
  return false;
}

result<erase_device> erasure_of(const database& in, const device_id& device) {
  using keys::device_kind;
  const auto prefix = keys::of_device(device);
  const auto info = keys::of_device_row(prefix, device_kind::info);
  const auto access = keys::of_device_row(prefix, device_kind::credentials);
  auto stored_info = stored_row<device_info>(in, family::devices, keys::view(info));
  auto stored_access = stored_row<credentials>(in, family::devices, keys::view(access));
  if (!stored_info || !stored_access) {
    return tl::unexpected(stored_info ? stored_access.error() : stored_info.error());
  }
  erase_device gone{
      stored_info->value_or(device_info{}), stored_access->value_or(credentials{}), {}};
  for (std::uint8_t kind = 0; kind < due_kinds; ++kind) {
    const auto key = keys::of_device_subrow(prefix, device_kind::due, kind);
    rocksdb::PinnableSlice bytes;
    erase_due due{static_cast<due_kind>(kind), 0};
    const auto found = in.get(family::devices, keys::view(key), bytes);
    if (found && *found && decode_time(bytes.ToStringView(), due.at)) {
      gone.dues.push_back(due);
    }
  }
  return gone;
}

} // namespace muster::persistence::rocks
