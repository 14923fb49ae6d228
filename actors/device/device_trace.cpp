#include "actors/device/device_trace.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace muster {

namespace {

/// A client asks several times a second.
constexpr std::size_t most_events = 2'000;

} // namespace

std::int64_t trace_microseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

chain_steps& device_trace::begin() {
  steps_ = {};
  begun_ = trace_microseconds();
  return steps_;
}

void device_trace::note(std::string event) {
  ++number_;
  events_.push_back(std::move(event));
  if (events_.size() > most_events) {
    events_.pop_front();
  }
}

nlohmann::ordered_json device_trace::since(std::uint64_t after) const {
  const std::uint64_t first = number_ - events_.size();
  const std::uint64_t from = std::max(after, first);
  auto events = nlohmann::ordered_json::array();
  for (std::uint64_t at = from; at < number_; ++at) {
    events.push_back(nlohmann::ordered_json::parse(events_[at - first]));
  }
  return {{"events", std::move(events)}, {"next", number_}, {"lost", from - std::min(from, after)}};
}

} // namespace muster
