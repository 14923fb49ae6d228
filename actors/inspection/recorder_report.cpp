#include "actors/inspection/recorder_report.hpp"

#include "actors/inspection/event_line.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

namespace muster {

nlohmann::ordered_json describe_events(const flight_recorder& from,
                                       const std::optional<device_id>& device, std::size_t most) {
  std::vector<recorded_event> found;
  for (std::size_t place = 0; place < flight_recorder::places; ++place) {
    const auto event = from.at(place);
    if (event.number != 0 && (!device || event.device == *device)) {
      found.push_back(event);
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.at, a.shard, a.number) < std::tie(b.at, b.shard, b.number);
  });
  auto events = nlohmann::ordered_json::array();
  std::array<char, longest_event_line> bytes{};
  for (std::size_t at = found.size() - std::min(found.size(), most); at < found.size(); ++at) {
    events.push_back(nlohmann::ordered_json::parse(event_line(found[at], bytes)));
  }
  return {{"events", std::move(events)}};
}

} // namespace muster
