#include "actors/inspection/chain_reports.hpp"
#include "actors/inspection/inspector.hpp"
#include "actors/inspection/report_parts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

namespace muster {

namespace {

constexpr milliseconds times_last = 10'000;
constexpr std::size_t usual_rows = 50;

template <std::size_t N>
nlohmann::ordered_json shown(const histogram_counts<N>& of) {
  auto buckets = nlohmann::ordered_json::array();
  for (std::size_t at = 0; at <= N; ++at) {
    buckets.push_back(
        {{"upTo", at < N ? nlohmann::ordered_json(of.upper[at]) : nlohmann::ordered_json()},
         {"count", of.counts[at]}});
  }
  return {{"total", of.total}, {"sum", of.sum}, {"buckets", std::move(buckets)}};
}

nlohmann::ordered_json shown(const busy_device& one) {
  using json = nlohmann::ordered_json;
  return {{"device", to_string(one.now.device)},
          {"rate", one.rate},
          {"load", one.load},
          {"commands", one.now.commands},
          {"queued", one.now.queued},
          {"commitsUnderWay", one.now.commits_under_way},
          {"idle", one.now.idle},
          {"pinned", one.now.pinned},
          {"bytes", one.now.bytes == 0 ? json() : json(one.now.bytes)}};
}

} // namespace

nlohmann::ordered_json inspector::journal_report() const {
  const auto now = needs_.status();
  return {{"commits", now.commits},
          {"failures", now.commit_failures},
          {"queue", now.commit_queue},
          {"batch", shown(now.commit_batch)},
          {"microseconds", shown(now.commit_time)}};
}

nlohmann::ordered_json inspector::shards_report() const {
  auto all = json::array();
  for (const auto& one : needs_.devices.shards()) {
    if (!one.served && !one.draining && one.residents == 0) {
      continue;
    }
    all.push_back({{"shard", static_cast<int>(one.shard)},
                   {"state", one.draining ? "draining"
                             : one.served ? "served"
                                          : "closing"},
                   {"epoch", static_cast<std::uint64_t>(one.epoch)},
                   {"actors", one.residents},
                   {"commands", one.commands},
                   {"activations", one.activations},
                   {"passivations", one.passivations},
                   {"answersHeld", one.answers_held}});
  }
  return {{"shards", std::move(all)}};
}

nlohmann::ordered_json inspector::cluster_report() const {
  auto nodes = json::array();
  const auto now = needs_.cluster();
  for (const auto& one : now.nodes) {
    constexpr std::array<std::string_view, 3> states{"alive", "leaving", "dead"};
    nodes.push_back({{"node", one.id},
                     {"generation", one.generation},
                     {"address", one.address},
                     {"state", states.at(static_cast<std::size_t>(one.status))},
                     {"shards", one.shards},
                     {"lastHeartbeat", one.last_heartbeat}});
  }
  return {{"nodes", std::move(nodes)}};
}

nlohmann::ordered_json inspector::config_report() const {
  auto all = json::array();
  for (const auto& one : options_) {
    all.push_back({{"option", one.name}, {"value", one.value}, {"from", one.from}});
  }
  return {{"options", std::move(all)}};
}

void inspector::want_times() {
  times_until_ = needs_.clock.now().steady + times_last;
  needs_.devices.take_times(true);
  needs_.rules.take_times(true);
}

result<nlohmann::ordered_json> inspector::chains_report(const inspect& what) {
  const auto most = rows_wanted(what, usual_rows);
  if (!most) {
    return tl::unexpected(most.error());
  }
  want_times();
  return describe_chains(needs_.rules, parameter(what, "chain"), *most, needs_.clock.now());
}

result<nlohmann::ordered_json> inspector::actors_report(const inspect& what) {
  static const std::map<std::string_view, busy_order> orders{
      {"", busy_order::rate},       {"rate", busy_order::rate}, {"load", busy_order::load},
      {"queue", busy_order::queue}, {"idle", busy_order::idle}, {"memory", busy_order::memory}};
  const auto order = orders.find(parameter(what, "sort"));
  if (order == orders.end()) {
    return fail(error_code::invalid, "sort is one of rate, load, queue, idle, memory");
  }
  const auto rows = rows_wanted(what, usual_rows);
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  const milliseconds now = needs_.clock.now().steady;
  want_times();
  auto residents = needs_.devices.residents();
  const std::size_t total = residents.size();
  const std::string part = parameter(what, "filter");
  // What they tell is there at the next look.
  std::vector<device_id> measured;
  if (order->second == busy_order::memory) {
    std::ranges::transform(residents, std::back_inserter(measured), &resident_facts::device);
  }
  std::vector<busy_device> busiest;
  {
    const std::lock_guard guard(busy_lock_);
    // All are compared with the last look, whoever of them is shown.
    busiest = busy_.look(std::move(residents), now, order->second, part.empty() ? *rows : total);
  }
  if (!part.empty()) {
    std::erase_if(busiest, [&part](const busy_device& one) {
      return to_string(one.now.device).find(part) == std::string::npos;
    });
    busiest.resize(std::min(busiest.size(), *rows));
  }
  auto all = json::array();
  for (const auto& one : busiest) {
    if (order->second != busy_order::memory) {
      measured.push_back(one.now.device);
    }
    all.push_back(shown(one));
  }
  needs_.devices.measure_devices(measured);
  return json{{"total", total}, {"actors", std::move(all)}};
}

} // namespace muster
