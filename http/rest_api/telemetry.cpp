#include "http/api/decoded_size.hpp"
#include "http/json/reader.hpp"
#include "http/rest_api/entity_path.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <optional>
#include <vector>

namespace muster::http::rest {

namespace {

class telemetry_keys_call final : public text_call {
public:
  explicit telemetry_keys_call(rest_api& api) : text_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return assign(device_, read_entity(path[0], path[1]));
  }
  void run(exchange&) override {
    send<std::vector<latest_value>>(
        device_, read_latest{},
        [this](std::vector<latest_value>& found) { answer_json(names_json(found)); });
  }
};

/// What is wrong with telemetry that could not be read, in the reference's words.
error telemetry_fault(std::string_view body, error why) {
  if (why.code == error_code::malformed && !json::read_document(body)) {
    return {error_code::invalid, "Unable to parse time series payload: Invalid JSON body!"};
  }
  return why;
}

/// `/{entityType}/{entityId}/timeseries/{any text}[/{ttl}]`
class save_telemetry_call final : public text_call {
public:
  explicit save_telemetry_call(rest_api& api) : text_call{api, true} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    if (path.size() > 3) {
      const auto ttl = parse_integer(path[3]);
      if (!ttl || *ttl < 0) {
        return fail(error_code::invalid, "Invalid ttl: " + std::string{path[3].substr(0, 100)});
      }
      ttl_seconds_ = *ttl;
    }
    return assign(device_, read_entity(path[0], path[1]));
  }

  void run(exchange& request) override {
    const json::reader_rules rules{at().options().type_cast, json::null_rule::refuse};
    auto entries = json::read_telemetry(request.body(), rules);
    if (!entries) {
      return fail_with(telemetry_fault(request.body(), std::move(entries.error())));
    }
    if (entries->empty()) {
      return fail_with(error_code::invalid, "No time series data found in request body!");
    }
    if (!request.reserve_decoded(decoded_size(*entries))) {
      return fail_with(error_code::overloaded, {});
    }
    send<done>(device_, save_telemetry{std::move(*entries), ttl_seconds_},
               [this](done&) { answer_done(); });
  }

  std::int64_t ttl_seconds_ = 0;
};

class delete_telemetry_call final : public text_call {
public:
  explicit delete_telemetry_call(rest_api& api) : text_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (const auto good = assign(device_, read_entity(path[0], path[1])); !good) {
      return good;
    }
    auto keys = read_keys(query);
    if (!keys) {
      return tl::unexpected{keys.error()};
    }
    if (!*keys) {
      return fail(error_code::invalid, "Empty keys: []");
    }
    wanted_.keys = std::move(**keys);
    if (const auto good = read_flags(query); !good) {
      return good;
    }
    return wanted_.all ? result<void>{} : read_range(query);
  }

  result<void> read_flags(const query_parameters& query) {
    if (auto good = assign(wanted_.all, query.boolean("deleteAllDataForKeys", false)); !good) {
      return good;
    }
    if (auto good = assign(wanted_.delete_latest, query.boolean("deleteLatest", true)); !good) {
      return good;
    }
    return assign(wanted_.rewrite_latest, query.boolean("rewriteLatestIfDeleted", false));
  }

  result<void> read_range(const query_parameters& query) {
    for (const auto name : {"startTs", "endTs"}) {
      const auto text = query.text(name);
      if (!text || !*text || (*text)->empty()) {
        return fail(error_code::invalid, "When deleteAllDataForKeys is false, start and end "
                                         "timestamp values shouldn't be empty");
      }
    }
    if (auto good = assign(wanted_.start, query.integer("startTs", 0)); !good) {
      return good;
    }
    return assign(wanted_.end, query.integer("endTs", 0));
  }

  void run(exchange&) override {
    send<done>(device_, std::move(wanted_), [this](done&) { answer_done(); });
  }

  delete_telemetry wanted_;
};

} // namespace

void add_telemetry_routes(router& to, rest_api& api) {
  const std::string entity = "/api/plugins/telemetry/{entityType}/{entityId}";
  to.add<telemetry_keys_call>(method::get, entity + "/keys/timeseries", {}, std::ref(api));
  to.add<save_telemetry_call>(method::post, entity + "/timeseries/{scope}", {body_limit},
                              std::ref(api));
  to.add<save_telemetry_call>(method::post, entity + "/timeseries/{scope}/{ttl}", {body_limit},
                              std::ref(api));
  to.add<delete_telemetry_call>(method::remove, entity + "/timeseries/delete", {body_limit},
                                std::ref(api));
}

} // namespace muster::http::rest
