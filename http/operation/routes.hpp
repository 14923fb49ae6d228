#pragma once

#include "actors/service/status.hpp"
#include "http/api/endpoint_metrics.hpp"
#include "http/api/router.hpp"
#include "http/server/counters.hpp"

#include <functional>
#include <string>
#include <vector>

namespace muster::http {

/// Where the operation endpoints read from; called on reactor threads, must not block.
struct operation_sources {
  std::function<service_status()> status;
  std::function<server_counters()> counters;
  std::function<std::vector<endpoint_reading>()> endpoints;
  /// Whether the node is going down.
  std::function<bool()> stopping;
};

/// Adds `GET /health/live` (200 while the process answers), `GET /health/ready` (503 with the
/// reason while writes are refused or the node stops) and `GET /metrics` (Prometheus text).
/// `sources` must outlive the router.
void add_operation_routes(router& routes, const operation_sources& sources);

/// Empty when the node should get requests, else why not.
std::string not_ready_because(const service_status& status, bool stopping);

} // namespace muster::http
