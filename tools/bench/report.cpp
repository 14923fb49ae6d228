#include "tools/bench/report.hpp"

#include <nlohmann/json.hpp>

namespace muster::bench {
namespace {

using nlohmann::ordered_json;

ordered_json rendered(const latency_histogram& what) {
  auto milliseconds = [](double nanoseconds) { return nanoseconds / 1e6; };
  auto at = [&](double share) { return milliseconds(static_cast<double>(what.quantile(share))); };
  return {{"mean", milliseconds(what.mean())},
          {"p50", at(0.5)},
          {"p90", at(0.9)},
          {"p99", at(0.99)},
          {"p999", at(0.999)},
          {"max", milliseconds(static_cast<double>(what.max()))}};
}

ordered_json rendered(const std::map<int, std::uint64_t>& counts) {
  ordered_json result = ordered_json::object();
  for (auto [status, count] : counts)
    result[std::to_string(status)] = count;
  return result;
}

ordered_json rendered(const std::optional<memory_reading>& what) {
  if (!what)
    return nullptr;
  return {{"resident", what->resident}, {"anonymous", what->anonymous}};
}

ordered_json rendered(const history_query& what) {
  return {{"points", what.points}, {"seconds", what.seconds}};
}

} // namespace

std::string report(const load_result& what) {
  ordered_json result{{"seconds", what.seconds},
                      {"answers", what.answers},
                      {"rate", what.rate},
                      {"latency", rendered(what.latencies)},
                      {"refused", rendered(what.refused)},
                      {"lost", what.lost},
                      {"unsent", what.unsent}};
  return result.dump(2);
}

std::string report(const rpc_result& what) {
  ordered_json result{{"answers", what.answers},
                      {"latency", rendered(what.latencies)},
                      {"refused_calls", rendered(what.refused_calls)},
                      {"refused_devices", rendered(what.refused_devices)},
                      {"lost", what.lost},
                      {"unanswered", what.unanswered},
                      {"before_polls", rendered(what.before_polls)},
                      {"with_polls", rendered(what.with_polls)}};
  return result.dump(2);
}

std::string report(const history_result& what) {
  ordered_json result{{"fill_seconds", what.fill_seconds},
                      {"sparse", rendered(what.sparse)},
                      {"dense", rendered(what.dense)}};
  return result.dump(2);
}

} // namespace muster::bench
