#include "actors/model/alarm.hpp"

#include <array>

namespace muster {

namespace {

constexpr std::array<std::string_view, 5> severity_names{"CRITICAL", "MAJOR", "MINOR", "WARNING",
                                                         "INDETERMINATE"};

} // namespace

std::string_view severity_name(alarm_severity severity) noexcept {
  const auto place = static_cast<std::size_t>(severity);
  return place < severity_names.size() ? severity_names[place] : std::string_view();
}

std::optional<alarm_severity> parse_severity(std::string_view name) noexcept {
  for (std::size_t place = 0; place < severity_names.size(); ++place) {
    if (severity_names[place] == name) {
      return static_cast<alarm_severity>(place);
    }
  }
  return std::nullopt;
}

std::string_view alarm_status(const alarm& one) noexcept {
  if (one.cleared) {
    return one.acknowledged ? "CLEARED_ACK" : "CLEARED_UNACK";
  }
  return one.acknowledged ? "ACTIVE_ACK" : "ACTIVE_UNACK";
}

} // namespace muster
