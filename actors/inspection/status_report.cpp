#include "actors/inspection/inspector.hpp"
#include "actors/inspection/process_memory.hpp"
#include "actors/inspection/quantile.hpp"
#include "actors/service/version.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace muster {

namespace {

using status_json = nlohmann::ordered_json;

status_json memory_now() {
  const auto now = read_process_memory();
  status_json out{{"resident", now.resident}, {"anonymous", now.anonymous}, {"files", now.files}};
  out["heap"] = now.heap ? status_json(*now.heap) : status_json();
  out["recorder"] = sizeof(flight_recorder);
  return out;
}

std::uint64_t answered(const edge_facts& edge, int status) {
  std::uint64_t sum = 0;
  for (const auto& one : edge.endpoints) {
    const auto found = one.by_status.find(status);
    sum += found == one.by_status.end() ? 0 : found->second;
  }
  return sum;
}

/// The busiest endpoints first, and how long their answers took.
status_json http_of(edge_facts edge) {
  constexpr std::size_t most = 20;
  std::erase_if(edge.endpoints, [](const endpoint_facts& one) { return one.latency.total == 0; });
  std::stable_sort(edge.endpoints.begin(), edge.endpoints.end(),
                   [](const endpoint_facts& a, const endpoint_facts& b) {
                     return a.latency.total > b.latency.total;
                   });
  edge.endpoints.resize(std::min(edge.endpoints.size(), most));
  auto endpoints = status_json::array();
  for (const auto& one : edge.endpoints) {
    std::uint64_t errors = 0;
    for (const auto& [status, count] : one.by_status) {
      errors += status >= 400 ? count : 0;
    }
    endpoints.push_back({{"method", one.method},
                         {"path", one.path},
                         {"answers", one.latency.total},
                         {"errors", errors},
                         {"microseconds",
                          {{"p50", quantile(one.latency, 0.5)},
                           {"p95", quantile(one.latency, 0.95)},
                           {"p99", quantile(one.latency, 0.99)}}}});
  }
  return {{"connections", edge.connections},
          {"waiting", edge.waiting},
          {"endpoints", std::move(endpoints)}};
}

} // namespace

edge_facts inspector::edge_now() const {
  const edge_view* edge = edge_.load();
  return edge != nullptr ? edge->facts() : edge_facts();
}

nlohmann::ordered_json inspector::status_report() const {
  const auto now = needs_.status();
  auto edge = edge_now();
  const milliseconds steady = needs_.clock.now().steady;
  std::optional<rates::rates> growth;
  {
    const std::lock_guard guard(rates_lock_);
    growth = rates_.until(steady, counters_of(now));
  }
  json out{
      {"node", needs_.node},
      {"version", program_version},
      {"uptime", steady - started_},
      {"devices",
       {{"active", now.active_devices},
        {"loading", now.loading_devices},
        {"quarantined", now.quarantined_devices},
        {"activations", now.activations},
        {"passivations", now.passivations}}},
      {"commands", now.commands},
      {"overloads", now.overloads},
      {"exceptions", now.exceptions},
      {"polls", now.parked_polls},
      {"rpcs", {{"queued", now.rpcs_queued}, {"delivered", now.rpcs_delivered}}},
      {"commits",
       {{"total", now.commits},
        {"failures", now.commit_failures},
        {"rows", now.committed_rows},
        {"queue", now.commit_queue},
        {"microseconds", now.commit_time.sum},
        {"p50", quantile(now.commit_time, 0.5)},
        {"p99", quantile(now.commit_time, 0.99)}}},
      {"reads", {{"total", now.reads}, {"queue", now.read_queue}, {"refused", now.read_refusals}}},
      {"store",
       {{"bytes", now.store_bytes},
        {"trouble", now.store_trouble},
        {"reopenings", now.store_reopenings},
        {"diskFree", now.disk_free}}}};
  const auto speed = growth.value_or(rates::rates{});
  out["rates"] = {{"commands", speed[0]}, {"commits", speed[1]}, {"rows", speed[2]}};
  out["memory"] = memory_now();
  out["limits"] = {{"commandsRefused", now.overloads},
                   {"readsRefused", now.read_refusals},
                   {"connectionsRefused", edge.connections_refused},
                   {"rateLimited", answered(edge, 429)},
                   {"tooLarge", answered(edge, 413)}};
  out["http"] = http_of(std::move(edge));
  return out;
}

} // namespace muster
