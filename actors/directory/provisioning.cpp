#include "actors/device/claim_state.hpp"
#include "actors/device/packages.hpp"
#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/rules/rules_table.hpp"
#include "actors/service/password.hpp"

#include <memory>
#include <utility>

namespace muster {

namespace {

constexpr std::size_t random_length = 20;

error refused() {
  return {error_code::forbidden, "Failed to provision device!"};
}

error unknown() {
  return {error_code::not_found, "Provision data was not found!"};
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n\f\v");
  const auto last = text.find_last_not_of(" \t\r\n\f\v");
  return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

/// Takes the blanks off the name; what can be refused without knowing the profile.
std::optional<error> wrong_request(provision_device& what) {
  if (what.name && !what.name->empty()) {
    what.name = trimmed(*what.name);
    if (what.name->empty()) {
      return refused();
    }
  }
  return what.key.empty() || what.secret.empty() ? std::optional(unknown()) : std::nullopt;
}

/// What tells that the device has been provisioned.
persistence::put_attributes provisioned_state(timestamp now) {
  return {attribute_scope::server, {{"provisionState", now, 0, value(std::string("provisioned"))}}};
}

persistence::put_audit provisioned_entry(const device_info& made, const std::string& address) {
  audit_entry entry;
  entry.created = made.created;
  entry.id = ordered_uuid(entry.created);
  entry.tenant = made.tenant;
  entry.kind = entity_type::device;
  entry.entity = made.id.value;
  entry.entity_name = made.name;
  entry.address = address;
  entry.action = audit_action::provisioned;
  return {std::move(entry)};
}

} // namespace

bool directory::start_at_once(change& what, reply_handle& to) {
  auto* asked = std::get_if<provision_device>(&what);
  if (asked == nullptr || asked->reread || needs_.shared_rows) {
    return false;
  }
  const auto known = provisioning_.find(asked->key);
  if (!known || known->profile.provisioning != provision_strategy::allow_create_new_devices) {
    return false;
  }
  if (!needs_.rules.peek(known->profile.tenant, known->profile.id).second) {
    return false;
  }
  if (auto wrong = wrong_request(*asked)) {
    to.answer(std::move(*wrong));
  } else {
    provision(std::move(*asked), *known, std::move(to));
  }
  return true;
}

void directory::start(provision_device what, reply_handle to) {
  if (auto wrong = wrong_request(what)) {
    return to.answer(std::move(*wrong));
  }
  const auto found = target_of(what.key, what.reread || needs_.shared_rows);
  if (!found) {
    return to.answer(found.error());
  }
  provision(std::move(what), **found, std::move(to));
}

void directory::provision(provision_device what, const provision_target& target, reply_handle to) {
  const auto& profile = target.profile;
  if (!profile.provision_secret || !same_secret(what.secret, *profile.provision_secret)) {
    return to.answer(unknown());
  }
  switch (profile.provisioning) {
  case provision_strategy::allow_create_new_devices:
    return create_provisioned(std::move(what), target, std::move(to));
  case provision_strategy::check_pre_provisioned_devices:
    return find_provisioned(what, target, std::move(to));
  default:
    to.answer(unknown());
  }
}

result<std::shared_ptr<const provision_target>> directory::target_of(const std::string& key,
                                                                     bool reread) {
  if (auto known = reread ? nullptr : provisioning_.find(key)) {
    return known;
  }
  const auto generation = provisioning_.generation();
  auto profile = required(needs_.rows.find_profile_by_provision_key(key), unknown());
  if (!profile) {
    return tl::unexpected(std::move(profile.error()));
  }
  auto packages = targets_of(std::nullopt, std::nullopt, *profile);
  if (!packages) {
    return tl::unexpected(std::move(packages.error()));
  }
  auto target = std::make_shared<const provision_target>(
      provision_target{std::move(*profile), std::move(*packages)});
  provisioning_.put(key, target, generation);
  return target;
}

void directory::create_provisioned(provision_device what, const provision_target& target,
                                   reply_handle to) {
  const auto& profile = target.profile;
  device_info made;
  made.created = now();
  made.id = device_id{ordered_uuid(made.created)};
  made.tenant = profile.tenant;
  made.profile = profile.id;
  made.name = what.name && !what.name->empty() ? std::move(*what.name) : random_text(random_length);
  made.type = profile.name;
  if (what.gateway) {
    made.additional_info.text = R"({"gateway":true})";
  }
  credentials access;
  // A token made here is as unique as a device's identifier.
  const bool chosen = what.access.has_value();
  if (chosen) {
    access = std::move(*what.access);
  } else {
    access.credentials_id = random_text(random_length);
  }
  if (access.credentials_id.empty()) {
    // What the device wants can't be.
    return to.answer(refused());
  }
  make_first(access, made);
  mutations more = packages_of_new_device(target.packages, made.created);
  more.emplace_back(provisioned_state(made.created));
  more.emplace_back(provisioned_entry(made, what.address));
  preconditions rests_on{
      {persistence::tenant_is{profile.tenant, 0}, unknown()},
      {persistence::profile_is{profile.id, profile.version}, changed_by_others("Device profile")},
      {persistence::device_name_free{profile.tenant, made.name}, refused()},
  };
  if (chosen) {
    rests_on.push_back({persistence::credentials_free{access.credentials_id}, refused()});
  }
  reply with = access;
  auto tells = told_of_new(made, nullptr, true);
  if (!tells) {
    return to.answer(std::move(tells.error()));
  }
  submit_device(std::move(made), std::move(access), std::move(more), std::move(rests_on),
                std::move(*tells), std::move(with), std::move(to));
}

void directory::find_provisioned(const provision_device& what, const provision_target& target,
                                 reply_handle to) {
  const auto& profile = target.profile;
  if (!what.name || what.name->empty()) {
    return to.answer(refused());
  }
  const auto device =
      required(needs_.rows.find_device_by_name(profile.tenant, *what.name), refused());
  if (!device) {
    return to.answer(device.error());
  }
  needs_.send(command{*device, system_sender{}, needs_.clock.now().steady + command_deadline,
                      provision_existing{profile.id, what.address}},
              std::move(to));
}

} // namespace muster
