#include "actors/device/outbox.hpp"
#include "actors/device/packages.hpp"
#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/service/password.hpp"

#include <memory>
#include <utility>

namespace muster {

namespace {

constexpr std::size_t token_length = 20;

credentials credentials_for(make_device& what) {
  if (what.access) {
    return std::move(*what.access);
  }
  credentials access;
  access.credentials_id =
      what.access_token ? std::move(*what.access_token) : random_text(token_length);
  return access;
}

persistence::precondition name_free(const device_info& info) {
  return {persistence::device_name_free{info.tenant, info.name},
          {error_code::already_exists, "Device with such name already exists!"}};
}

persistence::precondition token_free(const credentials& access) {
  return {
      persistence::credentials_free{access.credentials_id},
      {error_code::already_exists, "Device credentials are already assigned to another device!"}};
}

/// Of a profile that a new device is given: its version says which packages the device gets, also
/// that it gets none. Those of a later version come to it by that version's rollout.
persistence::precondition profile_stays(const device_profile& profile) {
  return {persistence::profile_is{profile.id, profile.version},
          changed_by_others("Device profile")};
}

} // namespace

void directory::start(make_device what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  if (auto named = not_blank(what.info.name, "Device name"); !named) {
    return to.answer(std::move(named.error()));
  }
  const auto profile = profile_for(what.who, what.profile, what.info.type);
  if (!profile) {
    return to.answer(profile.error());
  }
  device_info info = std::move(what.info);
  info.tenant = *tenant;
  info.profile = profile->id;
  info.type = profile->name;
  preconditions rests_on;
  if (info.customer) {
    if (auto owner = own_customer(what.who, *info.customer); !owner) {
      return to.answer(std::move(owner.error()));
    }
    rests_on.push_back(
        {persistence::customer_is{*info.customer, 0}, missing("Customer", info.customer->value)});
  }
  const auto targets = targets_of(info.firmware, info.software, *profile);
  if (!targets) {
    return to.answer(targets.error());
  }
  info.created = now();
  info.id = device_id{ordered_uuid(info.created)};
  info.version = 1;
  credentials access = credentials_for(what);
  make_first(access, info);
  rests_on.push_back({persistence::tenant_is{*tenant, 0}, missing("Tenant", tenant->value)});
  rests_on.push_back(profile_stays(*profile));
  rests_on.push_back(name_free(info));
  rests_on.push_back(token_free(access));
  mutations more = packages_of_new_device(*targets, info.created);
  more.push_back(
      audit(what.who, audit_action::added, entity_type::device, info.id.value, info.name));
  reply with = info;
  auto tells = told_of_new(info, &what.who, false);
  if (!tells) {
    return to.answer(std::move(tells.error()));
  }
  submit_device(std::move(info), std::move(access), std::move(more), std::move(rests_on),
                std::move(*tells), std::move(with), std::move(to));
}

void directory::submit_device(device_info info, credentials access, mutations more,
                              preconditions rests_on, std::vector<rule_message> tells, reply with,
                              reply_handle to) {
  // A package can't be deleted once a device refers to it, nor referred to once it is deleted.
  for (const auto& package : {info.firmware, info.software}) {
    if (package) {
      rests_on.push_back(
          {persistence::package_is{*package, 0}, missing("OtaPackage", package->value)});
    }
  }
  persistence::write what;
  what.device = info.id;
  what.shard = shard_of(info.id);
  what.preconditions = std::move(rests_on);
  const auto tenant = info.tenant;
  const auto profile = info.profile;
  what.mutations.reserve(2 + more.size());
  what.mutations.emplace_back(persistence::put_device{std::nullopt, std::move(info)});
  what.mutations.emplace_back(
      persistence::put_credentials{std::nullopt, std::move(access), tenant, profile});
  std::move(more.begin(), more.end(), std::back_inserter(what.mutations));
  if (!tells.empty()) {
    outbox::first_messages(std::move(tells), now(), what.mutations);
    to = calls_.make([this, device = *what.device,
                      to = std::make_shared<reply_handle>(std::move(to))](reply&& outcome) {
      if (!std::holds_alternative<error>(outcome)) {
        wake(device);
      }
      to->answer(std::move(outcome));
    });
  }
  submit(std::move(what), std::move(with), std::move(to));
}

void directory::start(change_device what, reply_handle to) {
  const auto device = visible_device(needs_.rows, what.who, what.device);
  if (!device) {
    return to.answer(device.error());
  }
  auto& info = what.update.info;
  if (auto named = not_blank(info.name, "Device name"); !named) {
    return to.answer(std::move(named.error()));
  }
  const auto profile = profile_for(what.who, what.profile, info.type);
  if (!profile) {
    return to.answer(profile.error());
  }
  info.profile = profile->id;
  info.type = profile->name;
  const bool moves = info.customer != device->customer;
  if (moves && info.customer && what.who.role == authority::tenant_administrator) {
    if (auto owner = own_customer(what.who, *info.customer); !owner) {
      return to.answer(std::move(owner.error()));
    }
  }
  auto targets = targets_of(info.firmware, info.software, *profile);
  if (!targets) {
    return to.answer(std::move(targets.error()));
  }
  what.update.targets = std::make_shared<const target_packages>(std::move(*targets));
  needs_.send(command{what.device, what.who, needs_.clock.now().steady + command_deadline,
                      std::move(what.update)},
              std::move(to));
}

void directory::start(const resolve_profile& what, reply_handle to) {
  auto profile = profile_for(what.who, what.profile, what.type);
  if (!profile) {
    return to.answer(std::move(profile.error()));
  }
  to.answer(std::move(*profile));
}

result<device_profile> directory::profile_for(const caller& who,
                                              const std::optional<profile_id>& id,
                                              const std::string& type) {
  if (!who.tenant || who.role == authority::system_administrator) {
    return fail(error_code::forbidden, no_permission);
  }
  if (id) {
    return own_profile(who, *id);
  }
  if (!type.empty()) {
    return profile_by_name(who, type);
  }
  return required(needs_.rows.find_default_profile(*who.tenant),
                  {error_code::internal, "The tenant has no default device profile"});
}

result<device_profile> directory::profile_by_name(const caller& who, const std::string& name) {
  auto found = needs_.rows.find_profile_by_name(*who.tenant, name);
  if (!found) {
    return tl::unexpected(std::move(found.error()));
  }
  if (*found) {
    return std::move(**found);
  }
  if (auto tenant = administered_tenant(who); !tenant) {
    return tl::unexpected(std::move(tenant.error()));
  }
  device_profile made = default_profile(*who.tenant, now());
  made.name = name;
  made.description.reset();
  made.is_default = false;
  const auto saved =
      commit({persistence::put_profile{std::nullopt, made},
              audit(who, audit_action::added, entity_type::device_profile, made.id.value, name)},
             {{persistence::profile_name_free{*who.tenant, name}, {error_code::already_exists, {}}},
              {persistence::tenant_is{*who.tenant, 0}, missing("Tenant", who.tenant->value)}});
  if (saved) {
    return made;
  }
  if (saved.error().code != error_code::already_exists) {
    return tl::unexpected(saved.error());
  }
  // Somebody else made it meanwhile.
  return required(needs_.rows.find_profile_by_name(*who.tenant, name),
                  changed_by_others("Device profile"));
}

} // namespace muster
