#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/queries/visible.hpp"
#include "actors/service/password.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace muster {

namespace {

constexpr const char* user_kind = "User";
constexpr std::size_t activation_length = 30;

/// Ends the tokens issued before this very moment. They know whole seconds: those of an earlier
/// change in this second are dated to its end, and they end too.
persistence::put_revocation ended_now(const user& whose, timestamp now) {
  const timestamp from = std::max(now + 1, whose.tokens_valid_from + 1'000);
  return {whose.id.value, from, from + longest_token_life};
}

result<void> check_email(const std::string& email) {
  if (auto given = not_blank(email, "User email"); !given) {
    return given;
  }
  const auto at = email.find('@');
  const bool good = at != std::string::npos && at > 0 && at + 1 < email.size() &&
                    email.find('@', at + 1) == std::string::npos &&
                    email.find_first_of(" \t\r\n") == std::string::npos;
  return good ? result<void>()
              : fail(error_code::invalid, "Invalid email address format '" + email + "'!");
}

persistence::precondition email_free(const std::string& email) {
  return {
      persistence::email_free{email},
      {error_code::already_exists, "User with email '" + email + "' already present in database!"}};
}

/// Somebody who changes himself.
caller himself(const user& one, const std::string& address) {
  return {one.id, one.role, one.tenant, one.customer, address, one.email};
}

/// A user the caller may change.
result<user> own_user(persistence::store& rows, const caller& who, const user_id& id) {
  auto found = visible_user(rows, who, id);
  if (!found && found.error().code != error_code::storage_unavailable) {
    return tl::unexpected(missing(user_kind, id.value));
  }
  return found;
}

} // namespace

void directory::start(change_password what, reply_handle to) {
  auto before = required(needs_.rows.read_user(what.user), {error_code::not_found, {}});
  if (!before) {
    return to.answer(std::move(before.error()));
  }
  if (auto same = same_version(*before, what.expected_version, user_kind); !same) {
    return to.answer(std::move(same.error()));
  }
  const auto revocation = ended_now(*before, now());
  user after = *before;
  after.password_hash = std::move(what.new_hash);
  after.tokens_valid_from = revocation.valid_from;
  ++after.version;
  const auto saved = commit_and_revoke(
      {persistence::put_user{*before, after},
       audit(himself(after, what.address), audit_action::credentials_updated, entity_type::user,
             after.id.value, after.email)},
      {{persistence::user_is{before->id, before->version}, changed_by_others(user_kind)}},
      {revocation});
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(std::move(after));
}

void directory::start(const end_session& what, reply_handle to) {
  // Whatever its tokens say of their time: a session that ended stays ended.
  const persistence::put_revocation revocation{what.session, what.expires, what.expires};
  mutations changes;
  if (what.who.user != user_id{}) {
    changes.push_back(audit(what.who, audit_action::logout, entity_type::user, what.who.user.value,
                            what.who.email));
  }
  const auto saved = commit_and_revoke(std::move(changes), {}, {revocation});
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(done{});
}

void directory::start(const note_login& what, reply_handle to) {
  submit({audit(what.who, audit_action::login, entity_type::user, what.who.user.value,
                what.who.email)},
         {}, done{}, std::move(to));
}

void directory::start(save_user what, reply_handle to) {
  if (auto good = check_email(what.user.email); !good) {
    return to.answer(std::move(good.error()));
  }
  if (is_new(what.user.id)) {
    return create_user(std::move(what), std::move(to));
  }
  const auto before = own_user(needs_.rows, what.who, what.user.id);
  if (!before) {
    return to.answer(before.error());
  }
  if (auto same = same_version(*before, what.expected_version, user_kind); !same) {
    return to.answer(std::move(same.error()));
  }
  user after = *before;
  after.email = std::move(what.user.email);
  after.first_name = std::move(what.user.first_name);
  after.last_name = std::move(what.user.last_name);
  after.phone = std::move(what.user.phone);
  after.additional_info = std::move(what.user.additional_info);
  ++after.version;
  preconditions rests_on{
      {persistence::user_is{before->id, before->version}, changed_by_others(user_kind)}};
  if (after.email != before->email) {
    const auto other = needs_.rows.find_user_by_email(after.email);
    if (!other) {
      return to.answer(other.error());
    }
    // One's own address in another case is no other one.
    if (!*other || (*other)->id != after.id) {
      rests_on.push_back(email_free(after.email));
    }
  }
  submit({persistence::put_user{*before, after},
          audit(what.who, audit_action::updated, entity_type::user, after.id.value, after.email)},
         std::move(rests_on), after, std::move(to));
}

result<void> directory::check_owner(const caller& who, user& made) {
  if (who.role == authority::customer_user) {
    return fail(error_code::forbidden, no_permission);
  }
  if (who.role == authority::tenant_administrator) {
    if (made.role == authority::system_administrator) {
      return fail(error_code::forbidden, no_permission);
    }
    made.tenant = who.tenant;
    if (made.role == authority::tenant_administrator) {
      made.customer.reset();
      return {};
    }
    if (!made.customer) {
      return fail(error_code::invalid, "Customer user should be assigned to customer!");
    }
    return own_customer(who, *made.customer).map([](const auto&) {});
  }
  made.customer.reset();
  if (made.role == authority::customer_user) {
    return fail(error_code::forbidden, no_permission);
  }
  if (made.role == authority::system_administrator) {
    made.tenant.reset();
    return {};
  }
  if (!made.tenant) {
    return fail(error_code::invalid, "Tenant administrator should be assigned to tenant!");
  }
  return required(needs_.rows.read_tenant(*made.tenant), missing("Tenant", made.tenant->value))
      .map([](const auto&) {});
}

void directory::create_user(save_user what, reply_handle to) {
  user made = std::move(what.user);
  if (auto owned = check_owner(what.who, made); !owned) {
    return to.answer(std::move(owned.error()));
  }
  made.id = user_id{random_uuid()};
  made.created = now();
  made.password_hash.clear();
  made.activation_token = random_text(activation_length);
  made.tokens_valid_from = 0;
  made.version = 1;
  preconditions rests_on{
      email_free(made.email),
      {persistence::activation_free{*made.activation_token}, {error_code::overloaded, {}}}};
  if (made.tenant) {
    rests_on.push_back(
        {persistence::tenant_is{*made.tenant, 0}, missing("Tenant", made.tenant->value)});
  }
  if (made.customer) {
    rests_on.push_back(
        {persistence::customer_is{*made.customer, 0}, missing("Customer", made.customer->value)});
  }
  submit({persistence::put_user{std::nullopt, made},
          audit(what.who, audit_action::added, entity_type::user, made.id.value, made.email)},
         std::move(rests_on), made, std::move(to));
}

void directory::start(const delete_user& what, reply_handle to) {
  if (what.who.role == authority::customer_user) {
    return to.answer(error{error_code::forbidden, no_permission});
  }
  const auto gone = own_user(needs_.rows, what.who, what.id);
  if (!gone) {
    return to.answer(gone.error());
  }
  if (gone->role == authority::system_administrator && gone->id == what.who.user) {
    return to.answer(
        error{error_code::forbidden, "System administrators can't delete themselves!"});
  }
  const auto saved = commit_and_revoke(
      {persistence::erase_user{*gone},
       audit(what.who, audit_action::deleted, entity_type::user, gone->id.value, gone->email)},
      {{persistence::user_is{gone->id, gone->version}, changed_by_others(user_kind)}},
      {ended_now(*gone, now())});
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(done{});
}

void directory::start(activate_user what, reply_handle to) {
  const error unknown{error_code::not_found, {}};
  const auto before = required(needs_.rows.find_user_by_activation(what.activation_token), unknown);
  if (!before) {
    return to.answer(before.error());
  }
  user after = *before;
  after.password_hash = std::move(what.password_hash);
  after.activation_token.reset();
  ++after.version;
  submit({persistence::put_user{*before, after},
          audit(himself(after, what.address), audit_action::activated, entity_type::user,
                after.id.value, after.email)},
         {{persistence::user_is{before->id, before->version}, unknown}}, after, std::move(to));
}

result<std::vector<persistence::put_revocation>>
directory::erase_users(const persistence::user_list& which, mutations& into,
                       preconditions& rests_on) {
  page_link link;
  link.size = std::numeric_limits<std::uint32_t>::max();
  const auto users = needs_.rows.list_users(which, link);
  if (!users) {
    return tl::unexpected(users.error());
  }
  std::vector<persistence::put_revocation> ended;
  for (const auto& one : users->data) {
    into.emplace_back(persistence::erase_user{one});
    rests_on.push_back({persistence::user_is{one.id, one.version}, changed_by_others(user_kind)});
    ended.push_back(ended_now(one, now()));
  }
  return ended;
}

} // namespace muster
