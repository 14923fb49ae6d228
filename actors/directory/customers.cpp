#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"

#include <utility>

namespace muster {

namespace {

constexpr const char* customer_kind = "Customer";
/// Of the customer whose devices everybody may see.
constexpr const char* public_title = "Public";

persistence::precondition title_free(const customer& one) {
  return {persistence::customer_title_free{one.tenant, one.title},
          {error_code::already_exists, "Customer with such title already exists!"}};
}

/// What the server decides of a customer, whatever the caller sent.
customer completed(customer given, const std::optional<customer>& before, const tenant_id& tenant,
                   timestamp now) {
  given.id = before ? before->id : customer_id{random_uuid()};
  given.created = before ? before->created : now;
  given.tenant = tenant;
  given.is_public = before && before->is_public;
  given.version = before ? before->version + 1 : 1;
  return given;
}

} // namespace

result<customer> directory::own_customer(const caller& who, const customer_id& id) {
  auto found = required(needs_.rows.read_customer(id), missing(customer_kind, id.value));
  if (found && found->tenant != who.tenant) {
    return tl::unexpected(missing(customer_kind, id.value));
  }
  return found;
}

void directory::start(save_customer what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  if (auto titled = not_blank(what.customer.title, "Customer title"); !titled) {
    return to.answer(std::move(titled.error()));
  }
  std::optional<customer> before;
  if (!is_new(what.customer.id)) {
    auto found = own_customer(what.who, what.customer.id);
    if (!found) {
      return to.answer(std::move(found.error()));
    }
    if (auto same = same_version(*found, what.expected_version, customer_kind); !same) {
      return to.answer(std::move(same.error()));
    }
    before = std::move(*found);
  }
  customer after = completed(std::move(what.customer), before, *tenant, now());
  if (after.title == public_title && !after.is_public) {
    return to.answer(error{error_code::invalid, "'Public' title for customer is system reserved!"});
  }
  preconditions rests_on{{persistence::tenant_is{*tenant, 0}, missing("Tenant", tenant->value)}};
  if (before) {
    rests_on.push_back(
        {persistence::customer_is{before->id, before->version}, changed_by_others(customer_kind)});
  }
  if (!before || before->title != after.title) {
    rests_on.push_back(title_free(after));
  }
  const auto action = before ? audit_action::updated : audit_action::added;
  submit({persistence::put_customer{before, after},
          audit(what.who, action, entity_type::customer, after.id.value, after.title)},
         std::move(rests_on), after, std::move(to));
}

void directory::start(const delete_customer& what, reply_handle to) {
  if (auto tenant = administered_tenant(what.who); !tenant) {
    return to.answer(std::move(tenant.error()));
  }
  const auto gone = own_customer(what.who, what.id);
  if (!gone) {
    return to.answer(gone.error());
  }
  job rest;
  rest.id = random_uuid();
  rest.created = now();
  rest.kind = job_kind::give_back_devices;
  rest.tenant = gone->tenant;
  rest.subject = gone->id.value;
  mutations changes{
      persistence::erase_customer{*gone}, persistence::put_job{rest},
      audit(what.who, audit_action::deleted, entity_type::customer, gone->id.value, gone->title)};
  preconditions rests_on{
      {persistence::customer_is{gone->id, gone->version}, changed_by_others(customer_kind)}};
  persistence::user_list users;
  users.tenant = gone->tenant;
  users.customer = gone->id;
  const auto ended = erase_users(users, changes, rests_on);
  if (!ended) {
    return to.answer(ended.error());
  }
  const auto saved = commit_and_revoke(std::move(changes), std::move(rests_on), *ended);
  if (!saved) {
    return to.answer(saved.error());
  }
  to.answer(done{});
}

result<customer> directory::public_customer(const caller& who) {
  auto found = needs_.rows.find_customer_by_title(*who.tenant, public_title);
  if (!found) {
    return tl::unexpected(std::move(found.error()));
  }
  if (*found) {
    return std::move(**found);
  }
  customer made;
  made.id = customer_id{random_uuid()};
  made.created = now();
  made.tenant = *who.tenant;
  made.title = public_title;
  made.is_public = true;
  made.additional_info.text = R"({"isPublic":true})";
  const auto saved =
      commit({persistence::put_customer{std::nullopt, made},
              audit(who, audit_action::added, entity_type::customer, made.id.value, made.title)},
             {{persistence::tenant_is{made.tenant, 0}, missing("Tenant", made.tenant.value)},
              title_free(made)});
  if (saved) {
    return made;
  }
  if (saved.error().code != error_code::already_exists) {
    return tl::unexpected(saved.error());
  }
  // Somebody else made it meanwhile.
  return required(needs_.rows.find_customer_by_title(*who.tenant, public_title),
                  changed_by_others(customer_kind));
}

void directory::start(const make_device_public& what, reply_handle to) {
  if (auto tenant = administered_tenant(what.who); !tenant) {
    return to.answer(std::move(tenant.error()));
  }
  if (auto device = visible_device(needs_.rows, what.who, what.device); !device) {
    return to.answer(std::move(device.error()));
  }
  const auto everybody = public_customer(what.who);
  if (!everybody) {
    return to.answer(everybody.error());
  }
  needs_.send(command{what.device, what.who, needs_.clock.now().steady + command_deadline,
                      assign_device{everybody->id}},
              std::move(to));
}

} // namespace muster
