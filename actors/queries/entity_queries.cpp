#include "actors/queries/answering.hpp"
#include "actors/queries/visible.hpp"

#include <utility>

namespace muster {

namespace {

/// Of the caller's tenant, or forbidden.
template <class T>
reply of_tenant(const caller& who, result<std::optional<T>> what) {
  if (what && *what && (*what)->tenant != who.tenant) {
    return forbidden();
  }
  return found(std::move(what));
}

bool is_system(const caller& who) {
  return who.role == authority::system_administrator;
}

bool administers_tenant(const caller& who) {
  return who.role == authority::tenant_administrator && who.tenant;
}

bool is_customer(const caller& who) {
  return who.role == authority::customer_user && who.tenant && who.customer;
}

/// Users of tenants and customers, not the system administrator.
bool belongs_to_tenant(const caller& who) {
  return !is_system(who) && who.tenant;
}

} // namespace

std::optional<error> foreign_customer(persistence::store& rows, const tenant_id& tenant,
                                      const customer_id& customer) {
  const auto row = rows.read_customer(customer);
  if (!row) {
    return row.error();
  }
  if (!*row) {
    return error{error_code::not_found, {}};
  }
  return (*row)->tenant == tenant ? std::nullopt
                                  : std::optional(error{error_code::forbidden, no_permission});
}

reply answering::operator()(const find_user_by_email& what) {
  return found(rows_.find_user_by_email(what.email));
}

reply answering::operator()(const find_user_by_activation& what) {
  return found(rows_.find_user_by_activation(what.activation_token));
}

reply answering::operator()(const get_user& what) {
  return found(rows_.read_user(what.id));
}

reply answering::operator()(const get_visible_user& what) {
  return whole(visible_user(rows_, what.who, what.id));
}

reply answering::operator()(const list_users& what) {
  persistence::user_list which;
  which.tenant = what.tenant;
  which.customer = what.customer;
  if (is_system(what.who)) {
    if (what.customer) {
      return forbidden();
    }
    which.administrators = true;
    if (what.tenant) {
      const auto tenant = rows_.read_tenant(*what.tenant);
      if (!tenant || !*tenant) {
        return tenant ? error{error_code::not_found, {}} : tenant.error();
      }
    }
    return whole(rows_.list_users(which, what.link));
  }
  if (is_customer(what.who) && !what.tenant && !what.customer) {
    which.tenant = what.who.tenant;
    which.customer = what.who.customer;
    return whole(rows_.list_users(which, what.link));
  }
  if (!administers_tenant(what.who) || (what.tenant && what.tenant != what.who.tenant)) {
    return forbidden();
  }
  if (what.customer) {
    if (auto foreign = foreign_customer(rows_, *what.who.tenant, *what.customer)) {
      return std::move(*foreign);
    }
  }
  which.administrators = what.tenant.has_value();
  which.tenant = what.who.tenant;
  return whole(rows_.list_users(which, what.link));
}

reply answering::operator()(const get_profile& what) {
  return of_tenant(what.who, rows_.read_profile(what.id));
}

reply answering::operator()(const get_default_profile& what) {
  return belongs_to_tenant(what.who) ? found(rows_.find_default_profile(*what.who.tenant))
                                     : forbidden();
}

reply answering::operator()(const list_profiles& what) {
  return belongs_to_tenant(what.who)
             ? whole(rows_.list_profiles({*what.who.tenant, what.transport}, what.link))
             : forbidden();
}

reply answering::operator()(const get_tenant& what) {
  return is_system(what.who) || what.who.tenant == what.id ? found(rows_.read_tenant(what.id))
                                                           : forbidden();
}

reply answering::operator()(const list_tenants& what) {
  return is_system(what.who) ? whole(rows_.list_tenants(what.link)) : forbidden();
}

reply answering::operator()(const get_customer& what) {
  if (what.who.role == authority::customer_user && what.who.customer != what.id) {
    return forbidden();
  }
  return of_tenant(what.who, rows_.read_customer(what.id));
}

reply answering::operator()(const find_customer_by_title& what) {
  return administers_tenant(what.who)
             ? found(rows_.find_customer_by_title(*what.who.tenant, what.title))
             : forbidden();
}

reply answering::operator()(const list_customers& what) {
  return administers_tenant(what.who) ? whole(rows_.list_customers(*what.who.tenant, what.link))
                                      : forbidden();
}

reply answering::operator()(const get_package& what) {
  return of_tenant(what.who, rows_.read_package(what.id));
}

reply answering::operator()(const list_packages& what) {
  return belongs_to_tenant(what.who)
             ? whole(rows_.list_packages(
                   {*what.who.tenant, what.profile, what.type, what.with_content}, what.link))
             : forbidden();
}

reply answering::operator()(const list_audit& what) {
  if (!is_system(what.who) && !administers_tenant(what.who)) {
    return forbidden();
  }
  persistence::audit_list which;
  which.tenant = is_system(what.who) ? std::nullopt : what.who.tenant;
  which.start = what.start;
  which.end = what.end;
  which.entity = what.entity;
  which.customer = what.customer;
  which.user = what.user;
  which.actions = what.actions;
  page_link link = what.link;
  if (link.sort_property.empty()) {
    link.descending = true;
  }
  return whole(rows_.list_audit(which, link));
}

reply answering::operator()(const get_rule_chain& what) {
  return administers_tenant(what.who) ? of_tenant(what.who, rows_.read_rule_chain(what.id))
                                      : forbidden();
}

reply answering::operator()(const get_rule_chains& what) {
  if (!administers_tenant(what.who)) {
    return forbidden();
  }
  std::vector<rule_chain> own;
  for (const auto& id : what.ids) {
    auto one = rows_.read_rule_chain(id);
    if (!one) {
      return std::move(one.error());
    }
    if (*one && (*one)->tenant == what.who.tenant) {
      own.push_back(std::move(**one));
    }
  }
  return own;
}

reply answering::operator()(const list_rule_chains& what) {
  return administers_tenant(what.who) ? whole(rows_.list_rule_chains(*what.who.tenant, what.link))
                                      : forbidden();
}

} // namespace muster
