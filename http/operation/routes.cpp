#include "http/operation/routes.hpp"

#include "http/operation/metrics.hpp"

namespace muster::http {

namespace {

constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// An endpoint that answers at once from what it reads.
class operation_call final : public call {
public:
  using make_answer = response (*)(const operation_sources&);

  operation_call(const operation_sources* sources, make_answer make)
      : sources_(*sources), make_(make) {}

  verdict on_head(exchange&, const path_parameters&) override { return accept(); }
  void on_request(exchange&) override { answer(make_(sources_)); }
  /// Nothing is sent below.
  void on_reply(reply) override {}

private:
  const operation_sources& sources_;
  make_answer make_;
};

response live(const operation_sources&) {
  return {200, json_type, R"({"status":"UP"})"};
}

response ready(const operation_sources& sources) {
  const std::string reason = not_ready_because(sources.status(), sources.stopping());
  if (reason.empty()) {
    return live(sources);
  }
  return response(503, text_type, reason).header("Retry-After", "1");
}

response metrics(const operation_sources& sources) {
  return {
      200, metrics_type,
      render_metrics(sources.status(), sources.counters(), sources.endpoints(), resident_memory())};
}

} // namespace

std::string not_ready_because(const service_status& status, bool stopping) {
  if (stopping) {
    return "The node is shutting down";
  }
  if (!status.store_trouble.empty()) {
    return "The store refuses writes: " + status.store_trouble;
  }
  if (status.cluster && !status.cluster->lease_valid) {
    return "The node's membership could not be renewed in time";
  }
  if (status.cluster && status.cluster->shards_served == 0) {
    return "The node has no shards yet";
  }
  return {};
}

void add_operation_routes(router& routes, const operation_sources& sources) {
  const auto add = [&](std::string_view path, operation_call::make_answer make) {
    routes.add<operation_call>(method::get, path, route_rule{}, &sources, make);
  };
  add("/health/live", live);
  add("/health/ready", ready);
  add("/metrics", metrics);
}

} // namespace muster::http
