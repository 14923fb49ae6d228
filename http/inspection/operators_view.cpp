#include "http/inspection/operators_view.hpp"

#include <utility>

namespace muster::http {

edge_facts operators_view::facts() const {
  edge_facts told;
  for (auto& each : application_.endpoints()) {
    endpoint_facts one;
    one.method = std::move(each.method);
    one.path = std::move(each.path);
    one.by_status = {each.codes.begin(), each.codes.end()};
    one.latency.upper = latency_bounds;
    one.latency.counts = each.latency;
    one.latency.total = each.latency_count;
    one.latency.sum = each.latency_sum_microseconds;
    told.endpoints.push_back(std::move(one));
  }
  const auto counted = server_.counters();
  told.connections = counted.connections_open;
  told.waiting = counted.parked;
  told.connections_refused = counted.connections_refused;
  return told;
}

} // namespace muster::http
