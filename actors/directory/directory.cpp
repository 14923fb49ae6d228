#include "actors/directory/directory.hpp"

#include "actors/queries/queries.hpp"
#include "actors/service/password.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// How long the command that creates a device may wait for its actor.
constexpr milliseconds create_deadline = 10'000;
constexpr std::size_t token_length = 20;

result<tenant_id> tenant_of(const caller& who) {
  if (who.role != authority::tenant_administrator || !who.tenant) {
    return fail(error_code::forbidden, no_permission);
  }
  return *who.tenant;
}

/// Unwraps what must be there: storage errors stay, nothing found becomes `missing`.
template <class T>
result<T> required(result<std::optional<T>> found, error missing) {
  if (!found) {
    return tl::unexpected(std::move(found.error()));
  }
  if (!*found) {
    return tl::unexpected(std::move(missing));
  }
  return std::move(**found);
}

credentials credentials_for(make_device& what, const device_id& device, timestamp now) {
  credentials access;
  if (what.access) {
    access = std::move(*what.access);
  } else {
    access.credentials_id =
        what.access_token ? std::move(*what.access_token) : random_text(token_length);
  }
  access.id = random_uuid();
  access.created = now;
  access.device = device;
  access.version = 1;
  return access;
}

} // namespace

device_profile default_profile(const tenant_id& tenant, timestamp now) {
  device_profile made;
  made.id = profile_id{random_uuid()};
  made.created = now;
  made.tenant = tenant;
  made.name = "default";
  made.description = "Default device profile";
  made.is_default = true;
  return made;
}

void directory::carry_out(change what, reply_handle to) {
  std::visit([&](auto& one) { start(std::move(one), std::move(to)); }, what);
}

void directory::start(make_device what, reply_handle to) {
  const auto tenant = tenant_of(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  const auto profile = profile_for(what.who, what.profile, what.info.type);
  if (!profile) {
    return to.answer(profile.error());
  }
  const instant now = needs_.clock.now();
  device_info info = std::move(what.info);
  info.id = device_id{random_uuid()};
  info.created = now.wall;
  info.tenant = *tenant;
  info.profile = profile->id;
  info.type = profile->name;
  info.version = 1;
  credentials access = credentials_for(what, info.id, now.wall);
  const device_id device = info.id;
  needs_.send(command{device, what.who, now.steady + create_deadline,
                      create_device{std::move(info), std::move(access)}},
              std::move(to));
}

void directory::start(change_password what, reply_handle to) {
  auto before = required(needs_.rows.read_user(what.user), {error_code::not_found, {}});
  if (!before) {
    return to.answer(std::move(before.error()));
  }
  const error conflict{error_code::version_conflict, "The user was changed by someone else"};
  if (before->version != what.expected_version) {
    return to.answer(conflict);
  }
  user after = *before;
  after.password_hash = std::move(what.new_hash);
  // Tokens know whole seconds: those of an earlier change in this second are dated to its end, and
  // they end too.
  after.tokens_valid_from =
      std::max(needs_.clock.now().wall + 1, before->tokens_valid_from + 1'000);
  ++after.version;
  const persistence::put_revocation revocation{after.id.value, after.tokens_valid_from,
                                               after.tokens_valid_from + longest_token_life};
  const auto saved = commit({persistence::put_user{*before, after}, revocation},
                            {{persistence::user_is{before->id, before->version}, conflict}});
  if (!saved) {
    return to.answer(saved.error());
  }
  needs_.revoked.add(revocation);
  to.answer(std::move(after));
}

void directory::start(const end_session& what, reply_handle to) {
  // Whatever its tokens say of their time: a session that ended stays ended.
  const persistence::put_revocation revocation{what.session, what.expires, what.expires};
  const auto saved = commit({revocation}, {});
  if (!saved) {
    return to.answer(saved.error());
  }
  needs_.revoked.add(revocation);
  to.answer(done{});
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
  const auto tenant = tenant_of(who);
  if (!tenant) {
    return tl::unexpected(tenant.error());
  }
  if (id) {
    return profile_by_id(*tenant, *id);
  }
  if (!type.empty()) {
    return profile_by_name(*tenant, type);
  }
  return required(needs_.rows.find_default_profile(*tenant),
                  {error_code::internal, "The tenant has no default device profile"});
}

result<device_profile> directory::profile_by_id(const tenant_id& tenant, const profile_id& id) {
  const error missing{error_code::not_found,
                      "Device profile with id [" + to_string(id) + "] is not found"};
  auto found = required(needs_.rows.read_profile(id), missing);
  if (found && found->tenant != tenant) {
    return tl::unexpected(missing);
  }
  return found;
}

result<device_profile> directory::profile_by_name(const tenant_id& tenant,
                                                  const std::string& name) {
  auto found = needs_.rows.find_profile_by_name(tenant, name);
  if (!found) {
    return tl::unexpected(std::move(found.error()));
  }
  if (*found) {
    return std::move(**found);
  }
  device_profile made = default_profile(tenant, needs_.clock.now().wall);
  made.name = name;
  made.description.reset();
  made.is_default = false;
  const auto saved =
      commit({persistence::put_profile{std::nullopt, made}},
             {{persistence::profile_name_free{tenant, name}, {error_code::already_exists, {}}}});
  if (saved) {
    return made;
  }
  if (saved.error().code != error_code::already_exists) {
    return tl::unexpected(saved.error());
  }
  // Somebody else made it meanwhile.
  return required(needs_.rows.find_profile_by_name(tenant, name),
                  {error_code::version_conflict, "The device profile was changed meanwhile"});
}

result<void> directory::commit(std::vector<persistence::mutation> mutations,
                               std::vector<persistence::precondition> preconditions) {
  auto [handle, ticket] = waited_for_.make();
  persistence::submission what;
  what.changes.epoch = persistence::first_epoch;
  what.changes.mutations = std::move(mutations);
  what.changes.preconditions = std::move(preconditions);
  what.replies.push_back({std::move(handle), done{}});
  if (!needs_.submit(std::move(what))) {
    return fail(error_code::overloaded);
  }
  const reply outcome = ticket.wait();
  if (const auto* failure = std::get_if<error>(&outcome)) {
    return tl::unexpected(*failure);
  }
  return {};
}

} // namespace muster
