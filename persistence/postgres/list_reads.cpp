#include "persistence/directory/entity_lists.hpp"
#include "persistence/directory/lower_case.hpp"
#include "persistence/directory/order.hpp"
#include "persistence/postgres/conditions.hpp"
#include "persistence/postgres/reads.hpp"

#include <algorithm>

namespace muster::persistence::postgres {

namespace {

const char* column_of(device_property by) {
  switch (by) {
  case device_property::name:
    return "lower_name";
  case device_property::type:
    return "lower_type";
  case device_property::label:
    return "lower_label";
  default:
    return "created";
  }
}

conditions conditions_of(const device_list& which, const page_link& link) {
  conditions all;
  all.with("tenant = $1").id(which.tenant);
  if (which.customer) {
    all.with("customer = " + all.next()).id(*which.customer);
  }
  if (which.profile) {
    all.with("profile = " + all.next()).id(*which.profile);
  }
  if (which.type) {
    all.with("type = " + all.next()).text(*which.type);
  }
  if (which.active) {
    all.with(std::string(*which.active ? "" : "not ") +
             "exists (select from due u where u.device = device.id and u.kind = 1)");
  }
  if (which.with_fields) {
    all.with("calculated_fields <> 'null'");
  }
  if (!link.text_search.empty()) {
    all.with("position(" + all.next() + " in lower_name) > 0").bytes(lower_case(link.text_search));
  }
  return all;
}

conditions conditions_of(const device_group& of) {
  conditions all;
  all.with("tenant = $1").id(of.tenant);
  if (of.customer) {
    all.with("customer = " + all.next()).id(*of.customer);
  }
  if (of.profile) {
    all.with("profile = " + all.next()).id(*of.profile);
  }
  return all;
}

/// Of one statement for the page and one for the total.
template <class Row>
result<page<Row>> read_page(connection& session, conditions& which, const std::string& order,
                            const page_link& link) {
  begin_snapshot(session);
  session.queue(std::string("select count(*) from ") + table<Row>::name + ' ' + which.text(),
                which.given());
  std::string text = select_from<Row>() + which.text() + order + " limit " + which.next();
  auto& given = which.given().number(std::int64_t{link.size});
  const std::int64_t first = std::int64_t{link.page} * link.size;
  text += " offset " + which.next();
  given.number(first);
  session.queue(text, given);
  return ask_snapshot(session).map([&](const std::vector<rows>& found) {
    const auto total = static_cast<std::uint64_t>(found[0].number(0, 0));
    return page<Row>{all_rows<Row>(found[1]), total,
                     static_cast<std::uint64_t>(first) + link.size < total};
  });
}

} // namespace

result<page<device_info>> list_devices(connection& session, const device_list& which,
                                       const page_link& link) {
  const auto by = parse_device_property(link.sort_property);
  if (!by) {
    return tl::unexpected(by.error());
  }
  const std::string direction = link.descending ? " desc" : "";
  auto all = conditions_of(which, link);
  return read_page<device_info>(
      session, all, std::string(" order by ") + column_of(*by) + direction + ", id" + direction,
      link);
}

result<std::vector<device_position>> next_devices(connection& session, const device_group& of,
                                                  const std::optional<device_position>& after,
                                                  std::size_t limit) {
  auto all = conditions_of(of);
  if (after) {
    const std::string created = all.next();
    all.given().number(after->created);
    all.with("(created, id) > (" + created + ", " + all.next() + ")").id(after->id);
  }
  const std::string text =
      "select created, id from device " + all.text() + " order by created, id limit " + all.next();
  all.given().number(static_cast<std::int64_t>(
      std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max())));
  return ask(session, text, all.given()).map([](const rows& found) {
    std::vector<device_position> positions;
    for (std::size_t i = 0; i < found.size(); ++i) {
      positions.push_back({found.number(i, 0), {found.id(i, 1)}});
    }
    return positions;
  });
}

result<std::uint64_t> count_devices(connection& session, const device_group& of) {
  auto all = conditions_of(of);
  return ask(session, "select count(*) from device " + all.text(), all.given())
      .map([](const rows& found) { return static_cast<std::uint64_t>(found.number(0, 0)); });
}

namespace {

conditions conditions_of(const audit_list& which, const retention& kept) {
  conditions all;
  all.with("created >= $1").number(std::max(which.start, kept.oldest()));
  all.with("created < $2").number(which.end);
  if (which.tenant) {
    all.with("tenant = " + all.next()).id(*which.tenant);
  }
  if (which.entity) {
    all.with("entity_kind = " + all.next()).number(static_cast<int>(which.entity->first));
    all.with("entity = " + all.next()).id(which.entity->second);
  }
  if (which.customer) {
    all.with("customer = " + all.next()).id(*which.customer);
  }
  if (which.user) {
    all.with("app_user = " + all.next()).id(*which.user);
  }
  if (which.actions) {
    std::vector<std::int64_t> actions;
    for (const auto one : *which.actions) {
      actions.push_back(static_cast<std::int64_t>(one));
    }
    all.with("action = any(" + all.next() + ")").numbers(actions);
  }
  return all;
}

conditions conditions_of(const rule_event_list& which, const retention& kept) {
  const auto& asked = which.filter;
  array nodes(sql_type::uuid);
  for (const auto& id : which.nodes) {
    nodes.id(id.value);
  }
  conditions all;
  all.with("node = any($1)").list(nodes);
  all.with("created >= $2").number(std::max(asked.start, kept.oldest()));
  all.with("created < $3").number(asked.end);
  all.with("tenant = $4").id(which.tenant);
  if (asked.kind) {
    all.with("kind = " + all.next()).number(static_cast<int>(*asked.kind));
  }
  if (asked.failed) {
    all.with(*asked.failed ? "failure <> ''" : "failure = ''");
  }
  for (const auto& [column, wanted] :
       {std::pair{"message_type", &asked.message_type}, std::pair{"relation", &asked.relation}}) {
    if (*wanted) {
      all.with(column + (" = " + all.next())).text(**wanted);
    }
  }
  for (const auto& [column, wanted] :
       {std::pair{"message", &asked.message}, std::pair{"originator", &asked.originator}}) {
    if (*wanted) {
      all.with(column + (" = " + all.next())).id(**wanted);
    }
  }
  for (const auto& [column, wanted] :
       {std::pair{"data", &asked.data}, std::pair{"metadata", &asked.metadata},
        std::pair{"failure", &asked.failure}}) {
    if (!wanted->empty()) {
      all.with("position(" + all.next() + " in lower(" + column + ")) > 0")
          .text(lower_case(*wanted));
    }
  }
  return all;
}

/// A search or another order than by time looks at all that the range holds: their names are read,
/// then the page's entries.
result<page<audit_entry>> search_audit(connection& session, conditions& which,
                                       const page_link& link) {
  const auto found = ask(session,
                         "select id, created, entity_kind, entity_name, user_name, action "
                         "from audit " +
                             which.text(),
                         which.given());
  if (!found) {
    return tl::unexpected(found.error());
  }
  const std::string wanted = lower_case(link.text_search);
  const auto has = [&](const std::string& name) {
    return lower_case(name).find(wanted) != std::string::npos;
  };
  std::vector<audit_entry> names;
  for (std::size_t i = 0; i < found->size(); ++i) {
    audit_entry row;
    row.id = found->id(i, 0);
    row.created = found->number(i, 1);
    row.kind = static_cast<entity_type>(found->number(i, 2));
    row.entity_name = found->text(i, 3);
    row.user_name = found->text(i, 4);
    row.action = static_cast<audit_action>(found->number(i, 5));
    if (has(row.entity_name) || has(row.user_name)) {
      names.push_back(std::move(row));
    }
  }
  auto shown = page_of(std::move(names), link);
  if (!shown) {
    return shown;
  }
  array ids(sql_type::uuid);
  for (const auto& row : shown->data) {
    ids.id(row.id);
  }
  static const std::string text = "select " + columns_of<audit_entry>("a.") +
                                  " from unnest($1) with ordinality q(id, n) "
                                  "join audit a on a.id = q.id order by q.n";
  return ask(session, text, parameters().list(ids)).map([&](const rows& entries) {
    shown->data = all_rows<audit_entry>(entries);
    return std::move(*shown);
  });
}

} // namespace

result<page<audit_entry>> list_audit(connection& session, const audit_list& which,
                                     const page_link& link, const retention& kept) {
  if (const auto known = key_of(audit_entry{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  auto all = conditions_of(which, kept);
  const bool by_time = link.sort_property.empty() || link.sort_property == "createdTime";
  if (!by_time || !link.text_search.empty()) {
    return search_audit(session, all, link);
  }
  const std::string direction = link.descending ? " desc" : "";
  return read_page<audit_entry>(session, all, " order by created" + direction + ", id" + direction,
                                link);
}

result<page<rule_event>> list_rule_events(connection& session, const rule_event_list& which,
                                          const page_link& link, const retention& kept) {
  if (const auto known = key_of(rule_event{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  auto all = conditions_of(which, kept);
  const std::string direction = link.descending ? " desc" : "";
  return read_page<rule_event>(session, all, " order by created" + direction + ", id" + direction,
                               link);
}

} // namespace muster::persistence::postgres
