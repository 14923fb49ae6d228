#include "actors/rules/alarms/rule_progress.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace muster {

std::string write_progress(const rules_progress& progress) {
  if (progress.empty()) {
    return {};
  }
  auto rows = nlohmann::json::array();
  for (const auto& one : progress) {
    rows.push_back({one.fingerprint, one.since, one.since_here, one.repeats});
  }
  return rows.dump();
}

rules_progress read_progress(std::string_view text) {
  rules_progress progress;
  const auto rows = nlohmann::json::parse(text, nullptr, false);
  if (!rows.is_array()) {
    return progress;
  }
  for (const auto& row : rows) {
    const bool whole =
        row.is_array() && row.size() == 4 &&
        std::ranges::all_of(row, [](const auto& one) { return one.is_number_integer(); });
    if (whole) {
      progress.push_back({row[0].get<std::uint64_t>(), row[1].get<timestamp>(),
                          row[2].get<timestamp>(), row[3].get<std::int64_t>()});
    }
  }
  return progress;
}

} // namespace muster
