#include "tools/inspect/status_view.hpp"

#include "tools/inspect/formats.hpp"
#include "tools/inspect/table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>

namespace muster::inspect {

namespace {

using json = nlohmann::ordered_json;

/// Microseconds as milliseconds.
std::string latency_text(const json& what) {
  return fmt::format("{:.2f} ms", what.get<double>() / 1'000);
}

void add_counts(const json& told, table& to) {
  for (const char* part : {"devices", "rpcs", "commits", "reads"}) {
    for (const auto& [name, value] : told[part].items()) {
      const bool time = name == "p50" || name == "p99";
      to.add({std::string(part) + " " + name, time ? latency_text(value) : text_of(value)});
    }
  }
  for (const char* one : {"commands", "overloads", "exceptions", "polls"}) {
    to.add({one, text_of(told[one])});
  }
}

void show_endpoints(json endpoints, std::ostream& to) {
  if (endpoints.empty()) {
    return;
  }
  for (auto& one : endpoints) {
    if (one["path"] == "") {
      one["path"] = "(none)";
    }
    const json times = one["microseconds"];
    one.update(times);
  }
  to << "\nanswers to HTTP, of polls with their waiting\n";
  show_rows(endpoints,
            {{"method", "method"},
             {"path", "path"},
             {"answers", "answers"},
             {"errors", "errors"},
             {"half within", "p50", latency_text},
             {"95 % within", "p95", latency_text},
             {"99 % within", "p99", latency_text}},
            to);
}

} // namespace

void show_status(const json& told, std::ostream& to) {
  if (show_nodes(told, show_status, to)) {
    return;
  }
  table shown({"what", "value"});
  shown.add({"node", told["node"] == "" ? "single" : text_of(told["node"])});
  shown.add({"version", text_of(told["version"])});
  shown.add({"up", span_text(told["uptime"])});
  for (const auto& [name, value] : told["rates"].items()) {
    shown.add({name + "/s", fmt::format("{:.1f}", value.get<double>())});
  }
  add_counts(told, shown);
  shown.add({"connections", text_of(told["http"]["connections"])});
  shown.add({"requests that wait", text_of(told["http"]["waiting"])});
  for (const auto& [name, value] : told["memory"].items()) {
    shown.add({"memory " + name, size_text(value)});
  }
  for (const auto& [name, value] : told["limits"].items()) {
    shown.add({"limit " + name, text_of(value)});
  }
  shown.add({"store", size_text(told["store"]["bytes"])});
  shown.add({"disk free", size_text(told["store"]["diskFree"])});
  const auto trouble = told["store"]["trouble"].get<std::string>();
  shown.add({"store takes writes", trouble.empty() ? "yes" : "NO: " + trouble});
  shown.print(to);
  show_endpoints(told["http"]["endpoints"], to);
}

} // namespace muster::inspect
