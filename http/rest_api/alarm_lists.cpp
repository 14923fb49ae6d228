#include "actors/rules/engine/alarm_text.hpp"
#include "http/rest_api/body.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/owner_json.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <array>
#include <limits>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::array<sort_name, 9> alarm_sorting{{{"createdTime", "createdTime"},
                                                  {"startTs", "startTs"},
                                                  {"endTs", "endTs"},
                                                  {"ackTs", "ackTs"},
                                                  {"clearTs", "clearTs"},
                                                  {"assignTs", "assignTs"},
                                                  {"type", "type"},
                                                  {"severity", "severity"},
                                                  {"status", "status"}}};

result<void> bad_status(const std::string& name) {
  return fail(error_code::invalid, "Unknown alarm status '" + name.substr(0, 100) + "'");
}

/// What `searchStatus` or an element of `statusList` asks for. Both values of one axis ask for all.
class search_status {
public:
  result<void> add(const std::string& name) {
    if (name == "ACTIVE" || name == "CLEARED") {
      add(cleared_, name == "CLEARED");
    } else if (name == "ACK" || name == "UNACK") {
      add(acknowledged_, name == "ACK");
    } else if (name != "ANY") {
      return bad_status(name);
    }
    return {};
  }
  void put(alarm_filter& into) const {
    into.cleared = cleared_.wanted;
    into.acknowledged = acknowledged_.wanted;
  }

private:
  struct axis {
    bool asked = false;
    std::optional<bool> wanted;
  };
  static void add(axis& to, bool value) {
    const bool other = to.asked && to.wanted != value;
    to.wanted = other ? std::nullopt : std::optional(value);
    to.asked = true;
  }

  axis cleared_;
  axis acknowledged_;
};

result<void> read_status(const std::string& name, alarm_filter& into) {
  alarm one;
  for (const bool cleared : {false, true}) {
    for (const bool acknowledged : {false, true}) {
      one.cleared = cleared;
      one.acknowledged = acknowledged;
      if (alarm_status(one) == name) {
        into.cleared = cleared;
        into.acknowledged = acknowledged;
        return {};
      }
    }
  }
  return bad_status(name);
}

/// `searchStatus` or `status`, not both.
result<void> read_one_status(const query_parameters& query, alarm_filter& into) {
  const auto search = query.text("searchStatus");
  const auto status = query.text("status");
  if (!search || !status) {
    return tl::unexpected{search ? status.error() : search.error()};
  }
  const bool has_search = *search && !(*search)->empty();
  const bool has_status = *status && !(*status)->empty();
  if (has_search && has_status) {
    return fail(error_code::invalid, "Invalid alarms search query: Both parameters 'searchStatus' "
                                     "and 'status' can't be specified at the same time!");
  }
  if (has_status) {
    return read_status(**status, into);
  }
  search_status wanted;
  auto read = has_search ? wanted.add(**search) : result<void>{};
  wanted.put(into);
  return read;
}

/// `statusList`, `severityList` and `typeList`.
result<void> read_lists(const query_parameters& query, alarm_filter& into) {
  const auto statuses = query.list("statusList");
  const auto severities = query.list("severityList");
  auto types = query.list("typeList");
  for (const auto* one : {&statuses, &severities, &std::as_const(types)}) {
    if (!*one) {
      return tl::unexpected{one->error()};
    }
  }
  search_status wanted;
  for (const auto& name : statuses->value_or(std::vector<std::string>{})) {
    if (auto read = wanted.add(name); !read) {
      return read;
    }
  }
  wanted.put(into);
  for (const auto& name : severities->value_or(std::vector<std::string>{})) {
    const auto known = parse_severity(name);
    if (!known) {
      return fail(error_code::invalid, "Unknown alarm severity '" + name.substr(0, 100) + "'");
    }
    into.severities.push_back(*known);
  }
  into.types = std::move(*types).value_or(std::vector<std::string>{});
  return {};
}

result<void> read_assignee(const query_parameters& query, alarm_filter& into) {
  const auto given = query.text("assigneeId");
  if (!given || !*given || (*given)->empty()) {
    return given ? result<void>{} : tl::unexpected{given.error()};
  }
  return read_uuid(**given).map([&](const uuid& id) { into.assignee = user_id{id}; });
}

/// Both ends belong to it; an end of 0 is none.
result<void> read_range(const query_parameters& query, alarm_filter& into) {
  return assign(into.start, query.integer("startTime", 0))
      .and_then([&] { return assign(into.end, query.integer("endTime", 0)); })
      .map([&] {
        into.end = into.end == 0 ? std::numeric_limits<timestamp>::max() : into.end;
        into.start = into.start == 0 ? std::numeric_limits<timestamp>::min() : into.start;
      });
}

/// A call about the alarms of an entity, or (without one in the path) all of the caller's.
class alarms_call : public rest_call {
protected:
  alarms_call(rest_api& api, bool lists) : rest_call{api, allowed{}}, lists_{lists} {}

  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    return read_entity_of(path)
        .and_then(
            [&] { return lists_ ? read_lists(query, filter_) : read_one_status(query, filter_); })
        .and_then([&] { return read_assignee(query, filter_); });
  }

  result<void> read_entity_of(const path_parameters& path) {
    if (path.size() == 0) {
      return {};
    }
    const auto kind = entity_type_from_name(path[0]);
    if (!kind) {
      return fail(error_code::invalid,
                  "Unsupported entity type: " + std::string{path[0].substr(0, 100)});
    }
    return read_uuid(path[1]).map([&](const uuid& id) { entity_ = std::pair{*kind, id}; });
  }

  alarm_lists_of entity_;
  alarm_filter filter_;

private:
  bool lists_;
};

class list_alarms_call final : public alarms_call {
public:
  list_alarms_call(rest_api& api, bool lists) : alarms_call{api, lists} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    return alarms_call::prepare(path, query)
        .and_then([&] { return assign(link_, read_page(query, alarm_sorting)); })
        .and_then([&] { return read_range(query, filter_); });
  }
  void run(exchange&) override {
    ask<page<alarm_info>>(list_alarms{who(), entity_, filter_, link_},
                          [this](page<alarm_info>& found) {
                            answer_json(page_json(found, link_.size, append_info));
                          });
  }
  static void append_info(std::string& out, const alarm_info& info) {
    out += alarm_info_text(info.what, info.originator, info.assignee ? &*info.assignee : nullptr);
  }

  page_link link_;
};

class highest_severity_call final : public alarms_call {
public:
  explicit highest_severity_call(rest_api& api) : alarms_call{api, false} {}

private:
  void run(exchange&) override {
    ask<std::optional<alarm_severity>>(get_highest_severity{who(), entity_, filter_},
                                       [this](std::optional<alarm_severity>& found) {
                                         if (!found) {
                                           return answer_done();
                                         }
                                         answer_json('"' + std::string{severity_name(*found)} +
                                                     '"');
                                       });
  }
};

class alarm_types_call final : public rest_call {
public:
  explicit alarm_types_call(rest_api& api) : rest_call{api, allowed{}} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    constexpr std::array<sort_name, 1> sorting{{{"type", ""}}};
    return assign(link_, read_page(query, sorting));
  }
  void run(exchange&) override {
    ask<page<std::string>>(list_alarm_types{who(), link_}, [this](page<std::string>& found) {
      const auto tenant = who().tenant;
      answer_json(page_json(found, link_.size, [&](std::string& out, const std::string& type) {
        object_writer{out}
            .id("tenantId", "TENANT", tenant)
            .text("entityType", std::string_view{"ALARM"})
            .text("type", std::string_view{type})
            .end();
      }));
    });
  }

  page_link link_;
};

} // namespace

void add_alarm_list_routes(router& to, rest_api& api) {
  const auto get = method::get;
  to.add<list_alarms_call>(get, "/api/alarm/{entityType}/{entityId}", {}, std::ref(api), false);
  to.add<list_alarms_call>(get, "/api/alarms", {}, std::ref(api), false);
  to.add<list_alarms_call>(get, "/api/v2/alarm/{entityType}/{entityId}", {}, std::ref(api), true);
  to.add<list_alarms_call>(get, "/api/v2/alarms", {}, std::ref(api), true);
  to.add<highest_severity_call>(get, "/api/alarm/highestSeverity/{entityType}/{entityId}", {},
                                std::ref(api));
  to.add<alarm_types_call>(get, "/api/alarm/types", {}, std::ref(api));
}

} // namespace muster::http::rest
