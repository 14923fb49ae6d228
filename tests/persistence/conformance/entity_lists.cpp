#include "tests/persistence/conformance/entity_lists.hpp"

#include "persistence/directory/entity_lists.hpp"

#include <rapidcheck.h>

#include <limits>

namespace muster::test {

using namespace persistence;

namespace {

class entity_comparison {
public:
  entity_comparison(store& given, const model& expected, const world& where, tape& choices,
                    timestamp now)
      : given_(given), expected_(expected), where_(where), choices_(choices), now_(now) {}

  void all() {
    const auto& tenant = choices_.one_of(where_.tenants);
    for (const auto& name : where_.names) {
      RC_ASSERT(given_.find_customer_by_title(tenant, name).value() ==
                expected_.titled(tenant, name));
    }
    for (const auto& key : where_.keys) {
      RC_ASSERT(given_.find_user_by_activation(key).value() == expected_.activating(key));
      RC_ASSERT(given_.find_profile_by_provision_key(key).value() == expected_.provisioning(key));
    }
    for (const auto& id : where_.packages) {
      RC_ASSERT(given_.read_package(id).value() == find(expected_.packages, id));
    }
    for (const auto& id : where_.rule_chains) {
      RC_ASSERT(given_.read_rule_chain(id).value() == find(expected_.rule_chains, id));
    }
    for (const auto& id : where_.tenants) {
      RC_ASSERT(given_.find_root_rule_chain(id).value() == expected_.root_chain(id));
    }
    for (std::uint8_t byte = 0; byte < 2; ++byte) {
      content_digest content;
      content.fill(byte);
      const auto has = [&](const package_info& p) { return p.content == content; };
      RC_ASSERT(given_.is_content_used(content).value() ==
                model::only(expected_.packages, has).has_value());
    }
    auto link = any_link(choices_, {"", "createdTime", "title", "city"});
    check_list(given_.list_tenants(link), expected_.tenants, link,
               [&](const muster::tenant& t) { return has(t.title, link); });
    check_list(given_.list_customers(tenant, link), expected_.customers, link,
               [&](const customer& c) { return c.tenant == tenant && has(c.title, link); });
    link = any_link(choices_, {"", "createdTime", "name", "root"});
    check_list(given_.list_rule_chains(tenant, link), expected_.rule_chains, link,
               [&](const rule_chain& r) { return r.tenant == tenant && has(r.name, link); });
    relations_and_attributes();
    rule_events(tenant);
    profiles_and_users(tenant);
    packages_and_audit(tenant);
    std::vector<job> jobs;
    for (const auto& [id, row] : expected_.jobs) {
      jobs.push_back(row);
    }
    std::ranges::sort(jobs, [](const job& a, const job& b) {
      return std::tie(a.created, a.id) < std::tie(b.created, b.id);
    });
    RC_ASSERT(given_.read_jobs().value() == jobs);
  }

private:
  /// The model's rows of a list in its order: the filters and orders are functions of their own.
  template <class Key, class Row, class Wanted>
  void check_list(const result<page<Row>>& given, const std::map<Key, Row>& table,
                  const page_link& link, Wanted wanted) {
    std::vector<Row> rows;
    for (const auto& [key, row] : table) {
      if (wanted(row)) {
        rows.push_back(row);
      }
    }
    RC_ASSERT(given.value() == page_of(std::move(rows), link).value());
  }

  void relations_and_attributes() {
    for (const auto& entity : where_.entities()) {
      RC_ASSERT(given_.relations_from(entity).value() ==
                related([&](const relation& one) { return one.from == entity; }));
      RC_ASSERT(given_.relations_to(entity).value() ==
                related([&](const relation& one) { return one.to == entity; }));
      check_attributes(entity, std::nullopt);
      check_attributes(entity, std::vector{choices_.one_of(where_.names), std::string("a")});
    }
    for (const auto& one : expected_.relations) {
      RC_ASSERT(given_.find_relation(one.from, one.to, one.type).value() == one);
      RC_ASSERT_FALSE(given_.find_relation(one.from, one.to, "none").value().has_value());
    }
  }

  template <class Wanted>
  std::vector<relation> related(Wanted wanted) const {
    std::vector<relation> found;
    std::ranges::copy_if(expected_.relations, std::back_inserter(found), wanted);
    std::ranges::sort(found, [](const relation& a, const relation& b) {
      return std::tie(a.from, a.to, a.type) < std::tie(b.from, b.to, b.type);
    });
    return found;
  }

  void check_attributes(const entity_ref& entity,
                        const std::optional<std::vector<std::string>>& keys) {
    std::vector<attribute> wanted;
    for (const auto& [of, row] : expected_.entity_attributes) {
      if (of == entity && (!keys || std::ranges::find(*keys, row.key) != keys->end())) {
        wanted.push_back(row);
      }
    }
    std::ranges::sort(wanted, {}, &attribute::key);
    RC_ASSERT((given_.read_entity_attributes(entity, keys).value()) == (wanted));
  }

  void rule_events(const tenant_id& tenant) {
    const auto link = any_link(choices_, {"", "createdTime"});
    rule_event_list which{tenant, {choices_.one_of(where_.rule_nodes), where_.rule_nodes[0]}, {}};
    which.filter.start = choices_.coin() ? now_ - 600'000 : std::numeric_limits<timestamp>::min();
    which.filter.end = choices_.coin() ? now_ : std::numeric_limits<timestamp>::max();
    which.filter.kind = choices_.pick(3) == 2 ? std::optional(rule_event_kind::out) : std::nullopt;
    which.filter.failed = choices_.pick(3) == 2 ? std::optional(choices_.coin()) : std::nullopt;
    which.filter.relation =
        choices_.pick(3) == 2 ? std::optional(choices_.one_of(where_.keys)) : std::nullopt;
    which.filter.data = choices_.pick(3) == 2 ? "B" : "";
    check_list(given_.list_rule_events(which, link), expected_.rule_events, link,
               [&](const rule_event& e) {
                 return now_ <= e.created + model::rule_event_retention_seconds * 1000 &&
                        matches(e, which);
               });
  }

  void profiles_and_users(const tenant_id& tenant) {
    auto link = any_link(choices_, {"", "name", "isDefault", "type"});
    profile_list profiles{tenant};
    profiles.transport = choices_.coin() ? std::optional(transport_type::mqtt) : std::nullopt;
    check_list(given_.list_profiles(profiles, link), expected_.profiles, link,
               [&](const device_profile& p) {
                 return p.tenant == tenant && has(p.name, link) &&
                        (!profiles.transport || p.transport == *profiles.transport);
               });
    link = any_link(choices_, {"", "email", "firstName"});
    user_list users;
    users.tenant = choices_.coin() ? std::optional(tenant) : std::nullopt;
    users.customer =
        choices_.coin() ? std::optional(choices_.one_of(where_.customers)) : std::nullopt;
    users.administrators = choices_.coin();
    check_list(given_.list_users(users, link), expected_.users, link, [&](const user& u) {
      return has(u.email, link) && (!users.tenant || u.tenant == users.tenant) &&
             (!users.customer || u.customer == users.customer) &&
             (!users.administrators || u.role != authority::customer_user);
    });
  }

  void packages_and_audit(const tenant_id& tenant) {
    auto link = any_link(choices_, {"", "title", "version", "type", "dataSize"});
    package_list packages{tenant};
    packages.profile =
        choices_.coin() ? std::optional(choices_.one_of(where_.profiles)) : std::nullopt;
    packages.type = choices_.coin() ? std::optional(package_type::software) : std::nullopt;
    packages.with_content = choices_.coin();
    check_list(given_.list_packages(packages, link), expected_.packages, link,
               [&](const package_info& p) {
                 return p.tenant == tenant && has(p.title, link) &&
                        (!packages.profile || p.profile == packages.profile) &&
                        (!packages.type || p.type == *packages.type) &&
                        (!packages.with_content || p.content);
               });
    link = any_link(choices_, {"", "createdTime", "entityName", "actionType"});
    audit_list audit;
    audit.tenant = choices_.pick(3) != 2 ? std::optional(tenant) : std::nullopt;
    audit.start = choices_.coin() ? now_ - 600'000 : std::numeric_limits<timestamp>::min();
    audit.end = choices_.coin() ? now_ : std::numeric_limits<timestamp>::max();
    audit.user = choices_.pick(3) == 2 ? std::optional(where_.users[0]) : std::nullopt;
    if (choices_.pick(3) == 2) {
      audit.actions = {audit_action::updated, audit_action::login};
    }
    check_list(given_.list_audit(audit, link), expected_.audit, link, [&](const audit_entry& e) {
      return now_ <= e.created + model::audit_retention_seconds * 1000 &&
             e.created >= audit.start && e.created < audit.end &&
             (!audit.tenant || e.tenant == audit.tenant) && (!audit.user || e.user == audit.user) &&
             (!audit.actions || e.action == audit_action::updated ||
              e.action == audit_action::login) &&
             has(e.entity_name, link);
    });
  }

  static bool has(const std::string& text, const page_link& link) {
    return lower(text).find(lower(link.text_search)) != std::string::npos;
  }

  template <class Key, class Row>
  static std::optional<Row> find(const std::map<Key, Row>& table, const Key& key) {
    const auto found = table.find(key);
    return found == table.end() ? std::nullopt : std::optional<Row>(found->second);
  }

  store& given_;
  const model& expected_;
  const world& where_;
  tape& choices_;
  timestamp now_;
};

} // namespace

page_link any_link(tape& choices, const std::vector<std::string>& properties) {
  page_link link;
  link.size = 1 + choices.pick(3);
  link.page = choices.pick(3);
  link.text_search = choices.pick(3) == 2 ? "A" : choices.pick(5) == 4 ? "\xc3\x89" : "";
  link.sort_property = choices.one_of(properties);
  link.descending = choices.coin();
  return link;
}

void check_entity_lists(store& given, const model& expected, const world& where, tape& choices,
                        timestamp now) {
  entity_comparison(given, expected, where, choices, now).all();
}

} // namespace muster::test
