#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"

#include <utility>

namespace muster {

namespace {

constexpr const char* package_kind = "OtaPackage";

/// Both a record and its bytes are what devices were told of; only what nobody sees may change.
const char* prohibited_change(const package_info& from, const package_info& to) {
  if (from.type != to.type) {
    return "type";
  }
  if (from.title != to.title) {
    return "title";
  }
  if (from.release != to.release) {
    return "version";
  }
  if (to.tag && from.tag != to.tag) {
    return "tag";
  }
  if (from.profile != to.profile) {
    return "deviceProfile";
  }
  return from.url != to.url ? "URL" : nullptr;
}

persistence::precondition is(const package_info& package) {
  return {persistence::package_is{package.id, package.version}, changed_by_others(package_kind)};
}

const char* name_of(package_type type) {
  return type == package_type::firmware ? "firmware" : "software";
}

error unassignable(const std::string& what) {
  return {error_code::invalid, "Can't assign " + what + "!"};
}

} // namespace

result<package_info> directory::own_package(const caller& who, const package_id& id) {
  auto found = required(needs_.rows.read_package(id), missing(package_kind, id.value));
  if (found && found->tenant != who.tenant) {
    return tl::unexpected(missing(package_kind, id.value));
  }
  return found;
}

result<std::optional<package_info>> directory::assignable(const std::optional<package_id>& id,
                                                          package_type type,
                                                          const tenant_id& tenant,
                                                          const profile_id& profile) {
  if (!id) {
    return std::nullopt;
  }
  const std::string name = name_of(type);
  auto found = required(needs_.rows.read_package(*id), unassignable("non-existent " + name));
  if (!found) {
    return tl::unexpected(std::move(found.error()));
  }
  if (found->tenant != tenant) {
    return tl::unexpected(unassignable("non-existent " + name));
  }
  if (found->type != type) {
    const bool firmware = found->type == package_type::firmware;
    return tl::unexpected(
        unassignable(name + " with type: " + (firmware ? "FIRMWARE" : "SOFTWARE")));
  }
  if (found->profile && *found->profile != profile) {
    return tl::unexpected(unassignable(name + " with different deviceProfile"));
  }
  if (!found->content && !found->url) {
    return tl::unexpected(unassignable(name + " with empty data"));
  }
  return std::optional(std::move(*found));
}

result<target_packages> directory::targets_of(const std::optional<package_id>& firmware,
                                              const std::optional<package_id>& software,
                                              const device_profile& profile) {
  target_packages targets;
  targets.profile_version = profile.version;
  const auto own_or = [&](const auto& own, const auto& profiles, package_type type) {
    return assignable(own ? own : profiles, type, profile.tenant, profile.id);
  };
  auto first = own_or(firmware, profile.firmware, package_type::firmware);
  if (!first) {
    return tl::unexpected(std::move(first.error()));
  }
  auto second = own_or(software, profile.software, package_type::software);
  if (!second) {
    return tl::unexpected(std::move(second.error()));
  }
  targets.firmware = std::move(*first);
  targets.software = std::move(*second);
  return targets;
}

void directory::start(save_package what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  package_info after = std::move(what.package);
  if (!is_new(after.id)) {
    const auto before = own_package(what.who, after.id);
    if (!before) {
      return to.answer(before.error());
    }
    if (auto same = same_version(*before, what.expected_version, package_kind); !same) {
      return to.answer(std::move(same.error()));
    }
    if (const char* field = prohibited_change(*before, after)) {
      return to.answer(error{error_code::invalid,
                             std::string("Updating otaPackage ") + field + " is prohibited!"});
    }
    package_info changed = *before;
    changed.additional_info = std::move(after.additional_info);
    ++changed.version;
    return submit({persistence::put_package{*before, changed},
                   audit(what.who, audit_action::updated, entity_type::package, changed.id.value,
                         changed.title)},
                  {is(*before)}, changed, std::move(to));
  }
  create_package(what.who, *tenant, std::move(after), std::move(to));
}

void directory::create_package(const caller& who, const tenant_id& tenant, package_info made,
                               reply_handle to) {
  if (auto titled = not_blank(made.title, "OtaPackage title"); !titled) {
    return to.answer(std::move(titled.error()));
  }
  if (auto versioned = not_blank(made.release, "OtaPackage version"); !versioned) {
    return to.answer(std::move(versioned.error()));
  }
  preconditions rests_on{{persistence::tenant_is{tenant, 0}, missing("Tenant", tenant.value)}};
  if (made.profile) {
    if (auto profile = own_profile(who, *made.profile); !profile) {
      return to.answer(std::move(profile.error()));
    }
    rests_on.push_back({persistence::profile_is{*made.profile, 0},
                        missing("Device profile", made.profile->value)});
  }
  made.id = package_id{random_uuid()};
  made.created = now();
  made.tenant = tenant;
  made.content.reset();
  if (made.url && is_blank(*made.url)) {
    made.url.reset();
  }
  made.version = 1;
  if (!made.tag || is_blank(*made.tag)) {
    made.tag = made.title + " " + made.release;
  }
  rests_on.push_back(
      {persistence::package_name_free{tenant, made.title, made.release},
       {error_code::already_exists, "OtaPackage with such title and version already exists!"}});
  submit({persistence::put_package{std::nullopt, made},
          audit(who, audit_action::added, entity_type::package, made.id.value, made.title)},
         std::move(rests_on), made, std::move(to));
}

void directory::start(const put_package_content& what, reply_handle to) {
  if (auto tenant = administered_tenant(what.who); !tenant) {
    return to.answer(std::move(tenant.error()));
  }
  const auto before = own_package(what.who, what.id);
  if (!before) {
    return to.answer(before.error());
  }
  if (before->url) {
    return to.answer(error{error_code::invalid, "OtaPackage with a URL can't have data!"});
  }
  if (before->content && *before->content != what.content) {
    return to.answer(error{error_code::invalid, "Updating otaPackage data is prohibited!"});
  }
  package_info after = *before;
  after.file_name = what.file_name;
  after.content_type = what.content_type;
  after.algorithm = what.algorithm;
  after.checksum = what.checksum;
  after.content = what.content;
  after.size = what.size;
  ++after.version;
  submit(
      {persistence::put_package{*before, after},
       audit(what.who, audit_action::updated, entity_type::package, after.id.value, after.title)},
      {is(*before)}, after, std::move(to));
}

void directory::start(const delete_package& what, reply_handle to) {
  if (auto tenant = administered_tenant(what.who); !tenant) {
    return to.answer(std::move(tenant.error()));
  }
  const auto gone = own_package(what.who, what.id);
  if (!gone) {
    return to.answer(gone.error());
  }
  // Answered once durable: whoever looks after the bytes then finds that nobody names them.
  const auto saved = commit(
      {persistence::erase_package{*gone},
       audit(what.who, audit_action::deleted, entity_type::package, gone->id.value, gone->title)},
      {is(*gone),
       {persistence::package_unused{gone->id},
        {error_code::invalid, "The otaPackage referenced by the devices cannot be deleted!"}}});
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(done{});
}

} // namespace muster
