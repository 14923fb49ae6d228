#include "actors/inspection/inspector.hpp"
#include "actors/inspection/process_memory.hpp"
#include "actors/inspection/quantile.hpp"
#include "actors/service/version.hpp"

#include <nlohmann/json.hpp>

#include <optional>

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

} // namespace

nlohmann::ordered_json inspector::status_report() const {
  const auto now = needs_.status();
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
  out["limits"] = {{"commandsRefused", now.overloads}, {"readsRefused", now.read_refusals}};
  return out;
}

} // namespace muster
