#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/owner_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rule_chain_calls.hpp"
#include "http/rest_api/rule_event_json.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace muster::http::rest {

namespace {

constexpr std::array<sort_name, 1> event_sorting{{{"createdTime", "createdTime"}}};

constexpr std::string_view debug_events = "DEBUG_RULE_NODE";
constexpr std::string_view life_cycle_events = "LC_EVENT";
/// What else there is in ThingsBoard, of other entities too: clients may ask for it.
constexpr std::array<std::string_view, 4> never_kept{"DEBUG_RULE_CHAIN", "ERROR", "STATS",
                                                     "DEBUG_CALCULATED_FIELD"};

/// A call about the events of a node, or of all nodes of a chain.
class events_call : public rule_chain_call {
protected:
  using rule_chain_call::rule_chain_call;

  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    return read_source(path[0], path[1]).and_then([&] { return read_range(query); });
  }

  result<void> read_source(std::string_view type, std::string_view id) {
    is_node_ = type == "RULE_NODE";
    if (!is_node_ && type != "RULE_CHAIN") {
      return fail(error_code::invalid,
                  "There are no events of this entity type: " + std::string{type.substr(0, 100)});
    }
    return read_id(id).map([this] {
      of_ = is_node_ ? rule_event_source{rule_node_id{id_}} : rule_event_source{rule_chain_id{id_}};
    });
  }

  /// Both ends belong to it.
  result<void> read_range(const query_parameters& query) {
    constexpr auto last = std::numeric_limits<timestamp>::max();
    timestamp end = 0;
    return assign(filter_.start, query.integer("startTime", 0))
        .and_then([&] { return assign(end, query.integer("endTime", last)); })
        .map([&] { filter_.end = end == last ? last : end + 1; });
  }

  response shape(const error& what) const override {
    if (!is_node_ || what.code != error_code::not_found || !what.message.empty()) {
      return rule_chain_call::shape(what);
    }
    return fault({what.code, "Rule node with id [" + to_string(id_) + "] is not found"}, now());
  }

  bool is_node_ = true;
  rule_event_source of_;
  rule_event_filter filter_;
};

class list_events_call : public events_call {
public:
  explicit list_events_call(rest_api& api, bool needs_body = false)
      : events_call{api, needs_body} {}

protected:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    type_ = path.size() > 2 ? path[2] : life_cycle_events;
    return events_call::prepare(path, query)
        .and_then([&] { return assign(link_, read_page(query, event_sorting)); })
        .and_then([&] { return query.text("sortOrder"); })
        .map([&](const auto& order) { link_.descending = order.value_or("DESC") != "ASC"; });
  }

  void run(exchange&) override { answer_events(); }

  void answer_events() {
    if (type_ == debug_events) {
      return ask<page<rule_event>>(list_rule_events{who(), of_, filter_, link_},
                                   [this](page<rule_event>& found) {
                                     answer_json(page_json(found, link_.size, append_rule_event));
                                   });
    }
    if (type_ == life_cycle_events) {
      return is_node_ ? answer_fault() : answer_none_of_chain();
    }
    if (std::ranges::find(never_kept, type_) == never_kept.end()) {
      return fail_with(error_code::invalid, "Unknown event type: " + type_.substr(0, 100));
    }
    is_node_ ? answer_page({}) : answer_none_of_chain();
  }

private:
  /// A chain itself has none.
  void answer_none_of_chain() {
    ask<rule_chain>(get_rule_chain{who(), rule_chain_id{id_}},
                    [this](rule_chain&) { answer_page({}); });
  }
  void answer_fault() {
    ask<rule_node_state>(get_rule_node{who(), rule_node_id{id_}}, [this](rule_node_state& state) {
      page<rule_node_state> faults;
      const bool shown = !state.fault.empty() && link_.page == 0;
      faults.total = state.fault.empty() ? 0 : 1;
      if (shown) {
        faults.data.push_back(std::move(state));
      }
      answer_page(std::move(faults));
    });
  }
  void answer_page(page<rule_node_state> faults) {
    answer_json(page_json(faults, link_.size, [this](std::string& out, const auto& state) {
      append_fault_event(out, state, who().tenant.value_or(tenant_id{}));
    }));
  }

  page_link link_;

protected:
  std::string type_;
};

/// What the filter of a body asks for besides its `eventType`.
result<std::string> read_filter(const body_members& body, rule_event_filter& into) {
  std::string type;
  std::optional<std::string> direction;
  std::optional<std::string> message;
  std::optional<std::string> originator;
  const auto text = [&](std::string_view name, auto& to) {
    return body.text(name).map([&](auto found) {
      if (found && !found->empty()) {
        to = std::move(*found);
      }
    });
  };
  const auto id = [](const std::optional<std::string>& from, std::optional<uuid>& to) {
    return from ? assign(to,
                         read_uuid(*from).map([](const uuid& one) { return std::optional(one); }))
                : result<void>{};
  };
  auto read = text("eventType", type)
                  .and_then([&] { return text("msgDirectionType", direction); })
                  .and_then([&] { return assign(into.failed, body.boolean("isError")); })
                  .and_then([&] { return text("msgType", into.message_type); })
                  .and_then([&] { return text("relationType", into.relation); })
                  .and_then([&] { return text("dataSearch", into.data); })
                  .and_then([&] { return text("metadataSearch", into.metadata); })
                  .and_then([&] { return text("errorStr", into.failure); })
                  .and_then([&] { return text("msgId", message); })
                  .and_then([&] { return text("entityId", originator); })
                  .and_then([&] { return id(message, into.message); })
                  .and_then([&] { return id(originator, into.originator); });
  if (!read) {
    return tl::unexpected{std::move(read.error())};
  }
  if (direction) {
    into.kind = *direction == "IN" ? rule_event_kind::in : rule_event_kind::out;
  }
  return type;
}

class search_events_call final : public list_events_call {
public:
  explicit search_events_call(rest_api& api) : list_events_call{api, true} {}

private:
  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    auto type = members ? read_filter(*members, filter_) : tl::unexpected{members.error()};
    if (!type) {
      return fail_with(type.error());
    }
    type_ = std::move(*type);
    answer_events();
  }
};

/// By time alone: a filter that asks for more would clear what it does not name.
class clear_events_call final : public events_call {
public:
  explicit clear_events_call(rest_api& api) : events_call{api} {}

private:
  void run(exchange& request) override {
    if (!request.body().empty()) {
      rule_event_filter more = filter_;
      const auto members = body_members::read(request.body());
      const auto type = members ? read_filter(*members, more) : tl::unexpected{members.error()};
      if (!type) {
        return fail_with(type.error());
      }
      if (more != filter_) {
        return fail_with(error_code::invalid, "Events are cleared by time alone");
      }
    }
    apply<done>(clear_rule_events{who(), of_, filter_.start, filter_.end},
                [this](done&) { answer_done(); });
  }
};

/// The last message that came in, as its author tries scripts on it; empty: there is none.
class debug_in_call final : public rule_chain_call {
public:
  explicit debug_in_call(rest_api& api) : rule_chain_call{api} {}

private:
  void run(exchange&) override {
    list_rule_events last{who(), rule_node_id{id_}, {}, {}};
    last.filter.end = std::numeric_limits<timestamp>::max();
    last.filter.kind = rule_event_kind::in;
    last.link.size = 1;
    last.link.descending = true;
    ask<page<rule_event>>(std::move(last), [this](page<rule_event>& found) {
      if (found.data.empty()) {
        return answer_done();
      }
      std::string out;
      append_rule_event_body(out, found.data.front());
      answer_json(std::move(out));
    });
  }
};

} // namespace

void add_rule_event_routes(router& to, rest_api& api) {
  const std::string base = "/api/events/{entityType}/{entityId}";
  to.add<list_events_call>(method::get, base, {}, std::ref(api));
  to.add<list_events_call>(method::get, base + "/{eventType}", {}, std::ref(api));
  to.add<search_events_call>(method::post, base, {body_limit}, std::ref(api));
  to.add<clear_events_call>(method::post, base + "/clear", {body_limit}, std::ref(api));
  to.add<debug_in_call>(method::get, "/api/ruleNode/{ruleNodeId}/debugIn", {}, std::ref(api));
}

} // namespace muster::http::rest
