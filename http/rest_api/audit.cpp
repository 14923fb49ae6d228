#include "http/rest_api/body.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/owner_json.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace muster::http::rest {

namespace {

constexpr std::array<sort_name, 5> audit_sorting{{{"createdTime", "createdTime"},
                                                  {"entityName", "entityName"},
                                                  {"entityType", "entityType"},
                                                  {"userName", "userName"},
                                                  {"actionType", "actionType"}}};

/// What ThingsBoard logs besides: clients may ask for it, and there is none.
constexpr std::array<std::string_view, 11> never_logged{"SUSPENDED",
                                                        "CREDENTIALS_READ",
                                                        "ATTRIBUTES_READ",
                                                        "REST_API_RULE_ENGINE_CALL",
                                                        "LOCKOUT",
                                                        "ASSIGNED_FROM_TENANT",
                                                        "ASSIGNED_TO_TENANT",
                                                        "ASSIGNED_TO_EDGE",
                                                        "UNASSIGNED_FROM_EDGE",
                                                        "PROVISION_FAILURE",
                                                        "SMS_SENT"};

enum class logs_of : std::uint8_t { all, entity, customer, user };

/// Administrative changes, newest first unless asked otherwise.
class audit_call final : public rest_call {
public:
  audit_call(rest_api& api, logs_of whose) : rest_call{api, {true, true, false}}, whose_{whose} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    return read_subject(path)
        .and_then([&] { return assign(wanted_.link, read_page(query, audit_sorting)); })
        .and_then([&] { return read_order(query); })
        .and_then([&] { return read_range(query); })
        .and_then([&] { return read_actions(query); });
  }

  result<void> read_subject(const path_parameters& path) {
    if (whose_ == logs_of::all) {
      return {};
    }
    const auto id = read_uuid(path[path.size() - 1]);
    if (!id) {
      return tl::unexpected{id.error()};
    }
    if (whose_ == logs_of::customer) {
      wanted_.customer = customer_id{*id};
    } else if (whose_ == logs_of::user) {
      wanted_.user = user_id{*id};
    } else {
      const auto kind = entity_type_from_name(path[0]);
      if (!kind) {
        return fail(error_code::invalid,
                    "Unsupported entity type: " + std::string{path[0].substr(0, 100)});
      }
      wanted_.entity = std::pair{*kind, *id};
    }
    return {};
  }

  result<void> read_order(const query_parameters& query) {
    const auto order = query.text("sortOrder");
    if (!order) {
      return tl::unexpected{order.error()};
    }
    wanted_.link.descending = order->value_or("DESC") != "ASC";
    return {};
  }

  /// Both ends belong to it.
  result<void> read_range(const query_parameters& query) {
    constexpr auto last = std::numeric_limits<timestamp>::max();
    timestamp end = 0;
    return assign(wanted_.start, query.integer("startTime", 0))
        .and_then([&] { return assign(end, query.integer("endTime", last)); })
        .map([&] { wanted_.end = end == last ? last : end + 1; });
  }

  result<void> read_actions(const query_parameters& query) {
    const auto names = query.list("actionTypes");
    if (!names) {
      return tl::unexpected{names.error()};
    }
    if (!*names) {
      return {};
    }
    auto& actions = wanted_.actions.emplace();
    for (const auto& name : **names) {
      if (const auto known = audit_action_from_name(name)) {
        actions.push_back(*known);
      } else if (std::ranges::find(never_logged, name) == never_logged.end()) {
        return fail(error_code::invalid, "Unknown action type: " + name.substr(0, 100));
      }
    }
    return {};
  }

  void run(exchange&) override {
    wanted_.who = who();
    ask<page<audit_entry>>(wanted_, [this](page<audit_entry>& found) {
      answer_json(page_json(found, wanted_.link.size, append_audit_entry));
    });
  }

  logs_of whose_;
  list_audit wanted_;
};

} // namespace

void add_audit_routes(router& to, rest_api& api) {
  const auto add = [&](std::string_view path, logs_of whose) {
    to.add<audit_call>(method::get, path, {}, std::ref(api), whose);
  };
  add("/api/audit/logs", logs_of::all);
  add("/api/audit/logs/entity/{entityType}/{entityId}", logs_of::entity);
  add("/api/audit/logs/customer/{customerId}", logs_of::customer);
  add("/api/audit/logs/user/{userId}", logs_of::user);
}

} // namespace muster::http::rest
