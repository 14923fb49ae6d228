#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/rules/chains/default_chain.hpp"

#include <utility>

namespace muster {

namespace {

constexpr const char* tenant_kind = "Tenant";

persistence::precondition title_free(const std::string& title) {
  return {persistence::tenant_title_free{title},
          {error_code::already_exists, "Tenant with such title already exists!"}};
}

} // namespace

void directory::start(save_tenant what, reply_handle to) {
  if (auto allowed = system_only(what.who); !allowed) {
    return to.answer(std::move(allowed.error()));
  }
  if (auto titled = not_blank(what.tenant.title, "Tenant title"); !titled) {
    return to.answer(std::move(titled.error()));
  }
  tenant after = std::move(what.tenant);
  mutations changes;
  preconditions rests_on;
  auto action = audit_action::updated;
  if (is_new(after.id)) {
    action = audit_action::added;
    after.id = tenant_id{random_uuid()};
    after.created = now();
    after.version = 1;
    rests_on.push_back(title_free(after.title));
    changes.emplace_back(persistence::put_tenant{std::nullopt, after});
    changes.emplace_back(
        persistence::put_profile{std::nullopt, default_profile(after.id, after.created)});
    changes.emplace_back(
        persistence::put_rule_chain{std::nullopt, default_root_chain(after.id, after.created)});
  } else {
    const auto before =
        required(needs_.rows.read_tenant(after.id), missing(tenant_kind, after.id.value));
    if (!before) {
      return to.answer(before.error());
    }
    if (auto same = same_version(*before, what.expected_version, tenant_kind); !same) {
      return to.answer(std::move(same.error()));
    }
    after.created = before->created;
    after.version = before->version + 1;
    rests_on.push_back(
        {persistence::tenant_is{before->id, before->version}, changed_by_others(tenant_kind)});
    if (after.title != before->title) {
      rests_on.push_back(title_free(after.title));
    }
    changes.emplace_back(persistence::put_tenant{*before, after});
  }
  changes.push_back(audit(what.who, action, entity_type::tenant, after.id.value, after.title));
  submit(std::move(changes), std::move(rests_on), after, std::move(to));
}

void directory::start(const delete_tenant& what, reply_handle to) {
  if (auto allowed = system_only(what.who); !allowed) {
    return to.answer(std::move(allowed.error()));
  }
  const auto gone = required(needs_.rows.read_tenant(what.id), missing(tenant_kind, what.id.value));
  if (!gone) {
    return to.answer(gone.error());
  }
  job rest;
  rest.id = random_uuid();
  rest.created = now();
  rest.kind = job_kind::remove_tenant;
  rest.tenant = gone->id;
  rest.subject = gone->id.value;
  mutations changes{
      persistence::erase_tenant{*gone}, persistence::put_job{rest},
      audit(what.who, audit_action::deleted, entity_type::tenant, gone->id.value, gone->title)};
  preconditions rests_on{
      {persistence::tenant_is{gone->id, gone->version}, changed_by_others(tenant_kind)}};
  persistence::user_list users;
  users.tenant = gone->id;
  const auto ended = erase_users(users, changes, rests_on);
  if (!ended) {
    return to.answer(ended.error());
  }
  const auto saved = commit_and_revoke(std::move(changes), std::move(rests_on), *ended);
  provisioning_.clear();
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(done{});
}

} // namespace muster
