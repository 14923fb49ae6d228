#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"

#include <utility>

namespace muster {

namespace {

constexpr const char* profile_kind = "Device profile";

persistence::precondition name_free(const device_profile& profile) {
  return {persistence::profile_name_free{profile.tenant, profile.name},
          {error_code::already_exists, "Device profile with such name already exists!"}};
}

persistence::precondition key_free(const std::string& key) {
  return {persistence::provision_key_free{key},
          {error_code::already_exists,
           "Device profile with such provision device key already exists!"}};
}

persistence::precondition is(const device_profile& profile) {
  return {persistence::profile_is{profile.id, profile.version}, changed_by_others(profile_kind)};
}

job job_for(const device_profile& profile, job_kind what, timestamp now) {
  job made;
  made.id = random_uuid();
  made.created = now;
  made.kind = what;
  made.tenant = profile.tenant;
  made.subject = profile.id.value;
  return made;
}

job rollout_of(const device_profile& profile, package_type type, timestamp now) {
  job made = job_for(profile, job_kind::rollout, now);
  made.type = type;
  return made;
}

/// What the server decides of a profile, whatever the caller sent.
void complete(device_profile& profile, const std::optional<device_profile>& before,
              const tenant_id& tenant, timestamp now) {
  profile.id = before ? before->id : profile_id{random_uuid()};
  profile.created = before ? before->created : now;
  profile.tenant = tenant;
  profile.is_default = before && before->is_default;
  profile.version = before ? before->version + 1 : 1;
  if (before && profile.calculated_fields == json_text{"null"}) {
    // Who changes a profile need not know of them.
    profile.calculated_fields = before->calculated_fields;
  }
  if (profile.provision_key && profile.provision_key->empty()) {
    profile.provision_key.reset();
  }
}

void rest_on_names(const std::optional<device_profile>& before, const device_profile& after,
                   std::vector<persistence::precondition>& into) {
  if (before) {
    into.push_back(is(*before));
  }
  into.push_back({persistence::tenant_is{after.tenant, 0}, missing("Tenant", after.tenant.value)});
  if (!before || before->name != after.name) {
    into.push_back(name_free(after));
  }
  if (after.provision_key && (!before || before->provision_key != after.provision_key)) {
    into.push_back(key_free(*after.provision_key));
  }
}

} // namespace

result<device_profile> directory::own_profile(const caller& who, const profile_id& id) {
  auto found = required(needs_.rows.read_profile(id), missing(profile_kind, id.value));
  if (found && found->tenant != who.tenant) {
    return tl::unexpected(missing(profile_kind, id.value));
  }
  return found;
}

result<void> directory::assign_packages(const std::optional<device_profile>& before,
                                        const device_profile& after, mutations& changes,
                                        preconditions& rests_on) {
  for (const auto type : {package_type::firmware, package_type::software}) {
    const auto of = [&](const device_profile& p) {
      return type == package_type::firmware ? p.firmware : p.software;
    };
    const auto package = of(after);
    if (auto good = assignable(package, type, after.tenant, after.id); !good) {
      return tl::unexpected(std::move(good.error()));
    }
    if (package) {
      rests_on.push_back(
          {persistence::package_is{*package, 0}, missing("OtaPackage", package->value)});
    }
    if (before && of(*before) != package) {
      changes.emplace_back(persistence::put_job{rollout_of(after, type, now())});
    }
  }
  return {};
}

result<void> directory::name_rule_chain(const std::optional<device_profile>& before,
                                        const device_profile& after, preconditions& rests_on) {
  if (!after.default_rule_chain ||
      (before && before->default_rule_chain == after.default_rule_chain)) {
    return {};
  }
  const error no_chain{error_code::invalid, "Can't assign non-existent rule chain!"};
  const auto chain = needs_.rows.read_rule_chain(*after.default_rule_chain);
  if (!chain) {
    return tl::unexpected(chain.error());
  }
  if (!*chain || (*chain)->tenant != after.tenant) {
    return tl::unexpected(no_chain);
  }
  rests_on.push_back({persistence::rule_chain_is{(*chain)->id, 0}, no_chain});
  return {};
}

void directory::start(save_profile what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  if (auto named = not_blank(what.profile.name, "Device profile name"); !named) {
    return to.answer(std::move(named.error()));
  }
  std::optional<device_profile> before;
  if (!is_new(what.profile.id)) {
    auto found = own_profile(what.who, what.profile.id);
    if (found) {
      if (auto same = same_version(*found, what.expected_version, profile_kind); !same) {
        return to.answer(std::move(same.error()));
      }
      before = std::move(*found);
    } else {
      return to.answer(std::move(found.error()));
    }
  }
  device_profile now_is = std::move(what.profile);
  complete(now_is, before, *tenant, now());
  const auto action = before ? audit_action::updated : audit_action::added;
  mutations changes{
      persistence::put_profile{before, now_is},
      audit(what.who, action, entity_type::device_profile, now_is.id.value, now_is.name)};
  if (before && before->name != now_is.name) {
    changes.emplace_back(persistence::put_job{job_for(now_is, job_kind::rename_type, now())});
  }
  preconditions rests_on;
  rest_on_names(before, now_is, rests_on);
  if (auto good = assign_packages(before, now_is, changes, rests_on); !good) {
    return to.answer(std::move(good.error()));
  }
  if (auto good = name_rule_chain(before, now_is, rests_on); !good) {
    return to.answer(std::move(good.error()));
  }
  const auto saved = commit(std::move(changes), std::move(rests_on));
  provisioning_.clear();
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(std::move(now_is));
}

void directory::start(const make_default_profile& what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  const auto chosen = own_profile(what.who, what.id);
  if (!chosen) {
    return to.answer(chosen.error());
  }
  const auto present = needs_.rows.find_default_profile(*tenant);
  if (!present) {
    return to.answer(present.error());
  }
  if (chosen->is_default) {
    return to.answer(*chosen);
  }
  device_profile after = *chosen;
  after.is_default = true;
  ++after.version;
  mutations changes;
  preconditions rests_on{is(*chosen)};
  if (*present) {
    device_profile former = **present;
    former.is_default = false;
    ++former.version;
    changes.emplace_back(persistence::put_profile{**present, former});
    rests_on.push_back(is(**present));
  }
  changes.emplace_back(persistence::put_profile{*chosen, after});
  changes.push_back(audit(what.who, audit_action::updated, entity_type::device_profile,
                          after.id.value, after.name));
  const auto saved = commit(std::move(changes), std::move(rests_on));
  provisioning_.clear();
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(std::move(after));
}

void directory::start(const delete_profile& what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  const auto gone = own_profile(what.who, what.id);
  if (!gone) {
    return to.answer(gone.error());
  }
  if (gone->is_default) {
    return to.answer(
        error{error_code::invalid, "Deletion of Default Device Profile is prohibited!"});
  }
  const auto saved = commit(
      {persistence::erase_profile{*gone},
       audit(what.who, audit_action::deleted, entity_type::device_profile, gone->id.value,
             gone->name)},
      {is(*gone),
       {persistence::profile_unused{*tenant, gone->id},
        {error_code::invalid, "The device profile referenced by the devices cannot be deleted!"}}});
  provisioning_.clear();
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(done{});
}

} // namespace muster
