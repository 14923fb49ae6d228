#include "actors/inspection/cluster_report.hpp"

#include "actors/inspection/report_parts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <string_view>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

/// Of rows that have an order over all nodes: by which member, the largest first.
std::string_view order_of(const inspect& asked) {
  if (asked.what == "rpc" || asked.what == "polls") {
    return "age";
  }
  if (asked.what == "recorder") {
    return "ts";
  }
  if (asked.what == "chains") {
    return "messages";
  }
  if (asked.what != "actors") {
    return {};
  }
  static const std::map<std::string_view, std::string_view> members{
      {"load", "load"}, {"queue", "queued"}, {"idle", "idle"}, {"memory", "bytes"}};
  const auto found = members.find(parameter(asked, "sort"));
  return found == members.end() ? "rate" : found->second;
}

void sort_rows(json& rows, std::string_view by) {
  const auto figure = [&](const json& row) {
    const auto found = row.find(std::string(by));
    return found != row.end() && found->is_number() ? found->get<double>() : 0.0;
  };
  std::vector<json> all(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  std::stable_sort(all.begin(), all.end(),
                   [&](const json& a, const json& b) { return figure(a) > figure(b); });
  rows = std::move(all);
}

/// Of the whole, as each node obeyed it for itself.
void cut_rows(json& rows, const inspect& asked) {
  const auto most = number(asked, "limit", rows.size());
  while (most && rows.size() > *most) {
    rows.erase(rows.size() - 1);
  }
}

bool has_rows(const json& report) {
  return std::any_of(report.begin(), report.end(), [](const json& one) { return one.is_array(); });
}

/// Adds its rows to those of others, its figures to theirs.
void add_rows(json& into, const std::string& node, json& report) {
  for (auto& [name, part] : report.items()) {
    if (part.is_array()) {
      json& rows = into.emplace(name, json::array()).first.value();
      for (auto& row : part) {
        json named{{"node", node}};
        named.update(row);
        rows.push_back(std::move(named));
      }
    } else if (part.is_number_unsigned()) {
      const auto before = into.value(name, std::uint64_t{0});
      into[name] = before + part.get<std::uint64_t>();
    }
  }
}

} // namespace

nlohmann::ordered_json cluster_report(const inspect& asked, const std::vector<node_report>& said) {
  json out = json::object();
  json nodes = json::array();
  json silent = json::array();
  for (const auto& one : said) {
    json report = json::parse(one.text, nullptr, false);
    if (!report.is_object()) {
      const bool known = !one.silent_because.empty();
      silent.push_back({{"node", one.node},
                        {"because", known ? one.silent_because : "its answer cannot be read"}});
    } else if (has_rows(report)) {
      add_rows(out, one.node, report);
    } else {
      json named{{"node", one.node}};
      named.update(report);
      nodes.push_back(std::move(named));
    }
  }
  for (auto& part : out) {
    if (part.is_array()) {
      if (const auto by = order_of(asked); !by.empty()) {
        sort_rows(part, by);
      }
      cut_rows(part, asked);
    }
  }
  if (!nodes.empty()) {
    out["nodes"] = std::move(nodes);
  }
  out["silent"] = std::move(silent);
  return out;
}

} // namespace muster
