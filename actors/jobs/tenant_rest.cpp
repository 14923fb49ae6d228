#include "actors/jobs/jobs.hpp"

#include <utility>

namespace muster {

namespace {

constexpr std::uint32_t rows_at_once = 100;

page_link first_page() {
  page_link link;
  link.size = rows_at_once;
  return link;
}

/// What was read may have been changed since; then it is read again.
error changed_meanwhile() {
  return {error_code::version_conflict, "Changed while its tenant was being removed"};
}

template <class Erase, class Is, class Entity>
void add(tenant_rest& rest, const page<Entity>& found) {
  for (const auto& one : found.data) {
    rest.mutations.emplace_back(Erase{one});
    rest.preconditions.push_back({Is{one.id, one.version}, changed_meanwhile()});
  }
}

} // namespace

result<tenant_rest> rest_of_tenant(persistence::store& rows, const tenant_id& tenant) {
  tenant_rest rest;
  persistence::user_list users;
  users.tenant = tenant;
  if (auto found = rows.list_users(users, first_page()); !found) {
    return tl::unexpected(std::move(found.error()));
  } else if (!found->data.empty()) {
    add<persistence::erase_user, persistence::user_is>(rest, *found);
    return rest;
  }
  if (auto found = rows.list_customers(tenant, first_page()); !found) {
    return tl::unexpected(std::move(found.error()));
  } else if (!found->data.empty()) {
    add<persistence::erase_customer, persistence::customer_is>(rest, *found);
    return rest;
  }
  if (auto found = rows.list_profiles({tenant}, first_page()); !found) {
    return tl::unexpected(std::move(found.error()));
  } else if (!found->data.empty()) {
    add<persistence::erase_profile, persistence::profile_is>(rest, *found);
    return rest;
  }
  if (auto found = rows.list_rule_chains(tenant, first_page()); !found) {
    return tl::unexpected(std::move(found.error()));
  } else if (!found->data.empty()) {
    add<persistence::erase_rule_chain, persistence::rule_chain_is>(rest, *found);
    return rest;
  }
  if (auto found = rows.list_packages({tenant}, first_page()); !found) {
    return tl::unexpected(std::move(found.error()));
  } else if (!found->data.empty()) {
    add<persistence::erase_package, persistence::package_is>(rest, *found);
    return rest;
  }
  auto own = rows.read_tenant(tenant);
  if (!own) {
    return tl::unexpected(std::move(own.error()));
  }
  if (*own) {
    rest.preconditions.push_back(
        {persistence::tenant_is{tenant, (*own)->version}, changed_meanwhile()});
    rest.mutations.emplace_back(persistence::erase_tenant{std::move(**own)});
  }
  return rest;
}

} // namespace muster
