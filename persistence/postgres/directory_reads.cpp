#include "persistence/directory/entity_lists.hpp"
#include "persistence/directory/lower_case.hpp"
#include "persistence/postgres/reads.hpp"
#include "persistence/postgres/rule_graph_json.hpp"
#include "persistence/postgres/sql_store.hpp"

namespace muster::persistence::postgres {

namespace {

std::string lower_search(const page_link& link) {
  return lower_case(link.text_search);
}

template <class Row>
std::optional<Row> only(std::vector<Row> found) {
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

} // namespace

/// The first row of a table under a condition.
template <class Row>
result<std::optional<Row>> sql_store::find(const char* condition, const parameters& given) {
  const std::string text = select_from<Row>() + "where " + condition;
  return reads_.with(
      [&](connection& session) { return ask(session, text, given).map(first_row<Row>); });
}

/// Entities are few where devices are many: all under the condition are read, and filtered and
/// ordered as every store does it.
template <class Row, class Wanted>
result<page<Row>> sql_store::list(const char* condition, const parameters& given,
                                  const page_link& link, Wanted wanted) {
  if (const auto known = key_of(Row{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  const std::string text = select_from<Row>() + "where " + condition;
  auto all = reads_.with(
      [&](connection& session) { return ask(session, text, given).map(all_rows<Row>); });
  if (!all) {
    return tl::unexpected(all.error());
  }
  std::erase_if(*all, [&](const Row& row) { return !wanted(row); });
  return page_of(std::move(*all), link);
}

result<std::optional<device_id>> sql_store::find_device_by_name(const tenant_id& tenant,
                                                                std::string_view name) {
  return reads_.with([&](connection& session) {
    return ask(session, "select id from device where tenant = $1 and name = $2",
               parameters().id(tenant).text(name))
        .map([](const rows& found) {
          return found.empty() ? std::nullopt : std::optional(device_id{found.id(0, 0)});
        });
  });
}

result<page<device_info>> sql_store::list_devices(const device_list& which, const page_link& link) {
  return reads_.with(
      [&](connection& session) { return postgres::list_devices(session, which, link); });
}

result<std::vector<device_position>>
sql_store::next_devices(const device_group& of, const std::optional<device_position>& after,
                        std::size_t limit) {
  return reads_.with(
      [&](connection& session) { return postgres::next_devices(session, of, after, limit); });
}

result<std::uint64_t> sql_store::count_devices(const device_group& of) {
  return reads_.with([&](connection& session) { return postgres::count_devices(session, of); });
}

result<std::uint64_t> sql_store::count_devices() {
  return reads_.with([](connection& session) {
    return ask(session, "select count(*) from device").map([](const rows& found) {
      return static_cast<std::uint64_t>(found.number(0, 0));
    });
  });
}

result<std::optional<user>> sql_store::read_user(const user_id& id) {
  return find<user>("id = $1", parameters().id(id));
}

result<std::optional<user>> sql_store::find_user_by_email(std::string_view email) {
  return find<user>("lower_email = $1", parameters().bytes(lower_case(email)));
}

result<std::optional<user>> sql_store::find_user_by_activation(std::string_view token) {
  return find<user>("activation_token = $1", parameters().text(token));
}

result<std::optional<tenant>> sql_store::read_tenant(const tenant_id& id) {
  return find<tenant>("id = $1", parameters().id(id));
}

result<std::optional<customer>> sql_store::read_customer(const customer_id& id) {
  return find<customer>("id = $1", parameters().id(id));
}

result<std::optional<customer>> sql_store::find_customer_by_title(const tenant_id& tenant,
                                                                  std::string_view title) {
  return find<customer>("tenant = $1 and title = $2", parameters().id(tenant).text(title));
}

result<std::optional<device_profile>> sql_store::read_profile(const profile_id& id) {
  return find<device_profile>("id = $1", parameters().id(id));
}

result<std::optional<device_profile>> sql_store::find_profile_by_name(const tenant_id& tenant,
                                                                      std::string_view name) {
  return find<device_profile>("tenant = $1 and name = $2", parameters().id(tenant).text(name));
}

result<std::optional<device_profile>> sql_store::find_default_profile(const tenant_id& tenant) {
  return find<device_profile>("id = (select profile from default_profile where tenant = $1)",
                              parameters().id(tenant));
}

result<std::optional<device_profile>>
sql_store::find_profile_by_provision_key(std::string_view key) {
  return find<device_profile>("provision_key = $1", parameters().text(key));
}

result<std::optional<package_info>> sql_store::read_package(const package_id& id) {
  return find<package_info>("id = $1", parameters().id(id));
}

result<bool> sql_store::is_content_used(const content_digest& content) {
  const std::string_view bytes(reinterpret_cast<const char*>(content.data()), content.size());
  return reads_.with([&](connection& session) {
    return ask(session, "select exists (select from package where content = $1)",
               parameters().bytes(bytes))
        .map([](const rows& found) { return found.flag(0, 0); });
  });
}

result<page<device_profile>> sql_store::list_profiles(const profile_list& which,
                                                      const page_link& link) {
  return list<device_profile>(
      "tenant = $1", parameters().id(which.tenant), link,
      [&, wanted = lower_search(link)](const auto& row) { return matches(row, which, wanted); });
}

result<page<tenant>> sql_store::list_tenants(const page_link& link) {
  return list<tenant>("true", {}, link, [wanted = lower_search(link)](const auto& row) {
    return matches(row, wanted);
  });
}

result<page<customer>> sql_store::list_customers(const tenant_id& tenant, const page_link& link) {
  return list<customer>(
      "tenant = $1", parameters().id(tenant), link,
      [&, wanted = lower_search(link)](const auto& row) { return matches(row, tenant, wanted); });
}

result<page<user>> sql_store::list_users(const user_list& which, const page_link& link) {
  const auto wanted = [&, search = lower_search(link)](const auto& row) {
    return matches(row, which, search);
  };
  return which.tenant ? list<user>("tenant = $1", parameters().id(*which.tenant), link, wanted)
                      : list<user>("true", {}, link, wanted);
}

result<page<package_info>> sql_store::list_packages(const package_list& which,
                                                    const page_link& link) {
  return list<package_info>(
      "tenant = $1", parameters().id(which.tenant), link,
      [&, wanted = lower_search(link)](const auto& row) { return matches(row, which, wanted); });
}

result<std::vector<rule_chain>> sql_store::rule_chains(const char* condition,
                                                       const parameters& given) {
  const std::string text = select_from<stored_rule_chain>() + "where " + condition;
  auto stored = reads_.with([&](connection& session) {
    return ask(session, text, given).map(all_rows<stored_rule_chain>);
  });
  if (!stored) {
    return tl::unexpected(stored.error());
  }
  std::vector<rule_chain> found;
  found.reserve(stored->size());
  for (auto& row : *stored) {
    if (auto read = rule_graph_from_json(row.graph, row.chain); !read) {
      return tl::unexpected(read.error());
    }
    found.push_back(std::move(row.chain));
  }
  return found;
}

result<std::optional<rule_chain>> sql_store::read_rule_chain(const rule_chain_id& id) {
  return rule_chains("id = $1", parameters().id(id)).map(only<rule_chain>);
}

result<std::optional<rule_chain>> sql_store::find_root_rule_chain(const tenant_id& tenant) {
  return rule_chains("tenant = $1 and root", parameters().id(tenant)).map(only<rule_chain>);
}

result<page<rule_chain>> sql_store::list_rule_chains(const tenant_id& tenant,
                                                     const page_link& link) {
  if (const auto known = key_of(rule_chain{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  return rule_chains("tenant = $1", parameters().id(tenant))
      .and_then([&](std::vector<rule_chain> all) {
        std::erase_if(all, [&, wanted = lower_search(link)](const auto& row) {
          return !matches(row, tenant, wanted);
        });
        return page_of(std::move(all), link);
      });
}

result<page<audit_entry>> sql_store::list_audit(const audit_list& which, const page_link& link) {
  const retention kept{options_.audit_retention_seconds, clock_.now().wall};
  return reads_.with(
      [&](connection& session) { return postgres::list_audit(session, which, link, kept); });
}

result<std::vector<relation>> sql_store::relations_from(const entity_ref& entity) {
  return reads_.with(
      [&](connection& session) { return postgres::relations_from(session, entity); });
}

result<std::vector<relation>> sql_store::relations_to(const entity_ref& entity) {
  return reads_.with([&](connection& session) { return postgres::relations_to(session, entity); });
}

result<std::optional<relation>>
sql_store::find_relation(const entity_ref& from, const entity_ref& to, std::string_view type) {
  return reads_.with(
      [&](connection& session) { return postgres::find_relation(session, from, to, type); });
}

result<std::vector<attribute>>
sql_store::read_entity_attributes(const entity_ref& entity,
                                  const std::optional<std::vector<std::string>>& keys) {
  return reads_.with(
      [&](connection& session) { return postgres::read_entity_attributes(session, entity, keys); });
}

result<page<rule_event>> sql_store::list_rule_events(const rule_event_list& which,
                                                     const page_link& link) {
  const retention kept{options_.rule_event_retention_seconds, clock_.now().wall};
  return reads_.with(
      [&](connection& session) { return postgres::list_rule_events(session, which, link, kept); });
}

result<std::vector<job>> sql_store::read_jobs() {
  const std::string text = select_from<job>() + "order by created, id";
  return reads_.with([&](connection& session) { return ask(session, text).map(all_rows<job>); });
}

result<std::vector<put_revocation>> sql_store::read_revocations() {
  const std::string text =
      select_from<put_revocation>() + "where expires = 0 or expires >= $1 order by subject";
  return reads_.with([&](connection& session) {
    return ask(session, text, parameters().number(clock_.now().wall)).map(all_rows<put_revocation>);
  });
}

result<std::vector<put_revocation>> sql_store::find_revocations(std::span<const uuid> subjects) {
  static const std::string text = select_from<put_revocation>() + "where subject = any($1)";
  array wanted(sql_type::uuid);
  for (const auto& one : subjects) {
    wanted.id(one);
  }
  return reads_.with([&](connection& session) {
    return ask(session, text, parameters().list(wanted)).map(all_rows<put_revocation>);
  });
}

result<std::optional<std::string>> sql_store::read_setting(std::string_view name) {
  return find<stored_setting>("name = $1", parameters().text(name)).map([](auto row) {
    return row ? std::optional(std::move(row->bytes.data)) : std::nullopt;
  });
}

} // namespace muster::persistence::postgres
