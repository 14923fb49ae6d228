#include "persistence/directory/entity_lists.hpp"
#include "persistence/directory/lower_case.hpp"
#include "persistence/postgres/alarm_tables.hpp"
#include "persistence/postgres/conditions.hpp"
#include "persistence/postgres/reads.hpp"
#include "persistence/postgres/sql_store.hpp"

namespace muster::persistence::postgres {

namespace {

void add_shown(conditions& all, const alarm_list& which) {
  if (const auto& entity = which.filter.entity) {
    const std::string originator = all.next();
    all.given().id(*entity);
    all.with("(originator = " + originator + " or position(" + all.next() + " in shown_at) > 0)")
        .text(shown_text(*entity));
  }
}

conditions conditions_of(const alarm_list& which) {
  const auto& filter = which.filter;
  conditions all;
  all.with("tenant = $1").id(which.tenant);
  all.with("created >= $2").number(filter.start);
  all.with("created <= $3").number(filter.end);
  if (which.customer) {
    all.with("customer = " + all.next()).id(*which.customer);
  }
  add_shown(all, which);
  if (filter.cleared) {
    all.with("cleared = " + all.next()).flag(*filter.cleared);
  }
  if (filter.acknowledged) {
    all.with("acknowledged = " + all.next()).flag(*filter.acknowledged);
  }
  if (!filter.severities.empty()) {
    std::vector<std::int64_t> severities;
    for (const auto one : filter.severities) {
      severities.push_back(static_cast<std::int64_t>(one));
    }
    all.with("severity = any(" + all.next() + ")").numbers(severities);
  }
  if (!filter.types.empty()) {
    array types(sql_type::text);
    for (const auto& one : filter.types) {
      types.text(one);
    }
    all.with("type = any(" + all.next() + ")").list(types);
  }
  if (filter.assignee) {
    all.with("assignee = " + all.next()).id(*filter.assignee);
  }
  return all;
}

result<std::vector<alarm>> all_alarms(const rows& found) {
  std::vector<alarm> all;
  for (auto& row : all_rows<stored_alarm>(found)) {
    auto read = from_stored(std::move(row));
    if (!read) {
      return tl::unexpected(read.error());
    }
    all.push_back(std::move(*read));
  }
  return all;
}

/// What orders and searches ask, of all alarms of the list.
result<std::vector<alarm>> read_order(connection& session, const alarm_list& which,
                                      const std::string& search) {
  auto all = conditions_of(which);
  const auto found = ask(session,
                         "select id, created, type, severity, acknowledged, cleared, start_ts, "
                         "end_ts, acknowledged_at, cleared_at, assigned_at from alarm " +
                             all.text(),
                         all.given());
  if (!found) {
    return tl::unexpected(found.error());
  }
  std::vector<alarm> wanted;
  for (std::size_t i = 0; i < found->size(); ++i) {
    alarm row;
    row.id.value = found->id(i, 0);
    row.created = found->number(i, 1);
    row.type = found->text(i, 2);
    row.severity = static_cast<alarm_severity>(found->number(i, 3));
    row.acknowledged = found->flag(i, 4);
    row.cleared = found->flag(i, 5);
    row.start = found->number(i, 6);
    row.end = found->number(i, 7);
    row.acknowledged_at = found->number(i, 8);
    row.cleared_at = found->number(i, 9);
    row.assigned_at = found->number(i, 10);
    // The database has filtered by all but the search.
    if (matches(row, {}, search)) {
      wanted.push_back(std::move(row));
    }
  }
  return wanted;
}

} // namespace

result<std::optional<alarm>> read_alarm(connection& session, const alarm_id& id) {
  static const std::string text = select_from<stored_alarm>() + "where id = $1";
  return ask(session, text, parameters().id(id)).and_then(all_alarms).map([](auto found) {
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  });
}

result<page<alarm>> list_alarms(connection& session, const alarm_list& which,
                                const page_link& link) {
  if (const auto known = key_of(alarm{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  auto order = read_order(session, which, lower_case(link.text_search));
  if (!order) {
    return tl::unexpected(order.error());
  }
  auto shown = page_of(std::move(*order), link);
  if (!shown || shown->data.empty()) {
    return shown;
  }
  array ids(sql_type::uuid);
  for (const auto& row : shown->data) {
    ids.id(row.id.value);
  }
  static const std::string text = "select " + columns_of<stored_alarm>("a.") +
                                  " from unnest($1) with ordinality q(id, n) "
                                  "join alarm a on a.id = q.id order by q.n";
  return ask(session, text, parameters().list(ids)).and_then(all_alarms).map([&](auto found) {
    shown->data = std::move(found);
    return std::move(*shown);
  });
}

result<std::optional<alarm_severity>> highest_severity(connection& session,
                                                       const alarm_list& which) {
  auto all = conditions_of(which);
  return ask(session, "select min(severity) from alarm " + all.text(), all.given())
      .map([](const rows& found) {
        return found.is_null(0, 0) ? std::nullopt
                                   : std::optional(static_cast<alarm_severity>(found.number(0, 0)));
      });
}

result<page<std::string>> list_alarm_types(connection& session, const alarm_list& which,
                                           const page_link& link) {
  auto all = conditions_of(which);
  return ask(session, "select distinct type from alarm " + all.text(), all.given())
      .map([&](const rows& found) {
        std::set<std::string> types;
        for (std::size_t i = 0; i < found.size(); ++i) {
          types.insert(found.text(i, 0));
        }
        return page_of_types(types, lower_case(link.text_search), link);
      });
}

result<std::optional<alarm_comment>> read_alarm_comment(connection& session, const alarm_id& alarm,
                                                        const alarm_comment_id& id) {
  static const std::string text = select_from<alarm_comment>() + "where id = $1 and alarm = $2";
  return ask(session, text, parameters().id(id).id(alarm)).map(first_row<alarm_comment>);
}

result<page<alarm_comment>> list_alarm_comments(connection& session, const alarm_id& alarm,
                                                const page_link& link) {
  static const std::string text = select_from<alarm_comment>() + "where alarm = $1";
  auto all = ask(session, text, parameters().id(alarm)).map(all_rows<alarm_comment>);
  return all ? page_of(std::move(*all), link) : tl::unexpected(all.error());
}

result<std::optional<alarm>> sql_store::read_alarm(const alarm_id& id) {
  return reads_.with([&](connection& session) { return postgres::read_alarm(session, id); });
}

result<page<alarm>> sql_store::list_alarms(const alarm_list& which, const page_link& link) {
  return reads_.with(
      [&](connection& session) { return postgres::list_alarms(session, which, link); });
}

result<std::optional<alarm_severity>> sql_store::highest_severity(const alarm_list& which) {
  return reads_.with(
      [&](connection& session) { return postgres::highest_severity(session, which); });
}

result<page<std::string>> sql_store::list_alarm_types(const alarm_list& which,
                                                      const page_link& link) {
  return reads_.with(
      [&](connection& session) { return postgres::list_alarm_types(session, which, link); });
}

result<std::optional<alarm_comment>> sql_store::read_alarm_comment(const alarm_id& alarm,
                                                                   const alarm_comment_id& id) {
  return reads_.with(
      [&](connection& session) { return postgres::read_alarm_comment(session, alarm, id); });
}

result<page<alarm_comment>> sql_store::list_alarm_comments(const alarm_id& alarm,
                                                           const page_link& link) {
  return reads_.with(
      [&](connection& session) { return postgres::list_alarm_comments(session, alarm, link); });
}

} // namespace muster::persistence::postgres
