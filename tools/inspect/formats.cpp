#include "tools/inspect/formats.hpp"

#include "tools/inspect/table.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <utility>

namespace muster::inspect {

using json = nlohmann::ordered_json;

std::string text_of(const json& what) {
  if (what.is_string()) {
    return what.get<std::string>();
  }
  if (what.is_null()) {
    return "-";
  }
  return what.is_number_float() ? fmt::format("{:.3f}", what.get<double>())
                                : what.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// A span of milliseconds.
std::string span_text(const json& what) {
  if (!what.is_number()) {
    return "-";
  }
  const auto span = what.get<double>() / 1'000;
  if (span < 0) {
    return fmt::format("-{:.1f} s", -span);
  }
  if (span < 120) {
    return fmt::format("{:.1f} s", span);
  }
  return span < 7'200 ? fmt::format("{:.0f} min", span / 60)
                      : fmt::format("{:.1f} h", span / 3'600);
}

std::string size_text(const json& what) {
  return what.is_number() ? bytes_text(what.get<std::uint64_t>()) : "-";
}

std::string time_text(const json& what) {
  const auto ms = what.is_number() ? what.get<std::int64_t>() : 0;
  if (ms == 0) {
    return "-";
  }
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}", fmt::gmtime(ms / 1'000), ms % 1'000);
}

void show_rows(const json& rows, std::vector<column> columns, std::ostream& to) {
  if (!rows.empty() && rows.front().contains("node") &&
      std::string_view(columns.front().member) != "node") {
    columns.insert(columns.begin(), {"node", "node"});
  }
  std::vector<std::string> heads;
  for (const auto& one : columns) {
    heads.emplace_back(one.head);
  }
  table shown(std::move(heads));
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    for (const auto& one : columns) {
      cells.push_back(row.contains(one.member) ? one.text(row[one.member]) : "-");
    }
    shown.add(std::move(cells));
  }
  shown.print(to);
}

bool show_nodes(const json& told, void (*one)(const json&, std::ostream&), std::ostream& to) {
  if (!told.contains("silent")) {
    return false;
  }
  const char* between = "";
  for (const auto& node : told.value("nodes", json::array())) {
    to << between << "node " << text_of(node["node"]) << '\n';
    one(node, to);
    between = "\n";
  }
  return true;
}

} // namespace muster::inspect
