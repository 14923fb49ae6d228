#pragma once

#include "actors/model/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <deque>
#include <string>

namespace muster {

/// What a device did, for an operator who looks on: the last events, numbered. Of the device's
/// actor; there only while somebody asks again and again.
class device_trace {
public:
  /// Somebody looks on until then, steady.
  void look(milliseconds until) noexcept { until_ = until; }
  bool over(milliseconds now) const noexcept { return now > until_; }
  milliseconds until() const noexcept { return until_; }

  void note(std::string event);
  /// `{"events":[...],"next":n,"lost":n}`: those after that number, and how many of them are gone
  /// already.
  nlohmann::ordered_json since(std::uint64_t after) const;

private:
  /// JSON objects.
  std::deque<std::string> events_;
  /// Of the last event.
  std::uint64_t number_ = 0;
  milliseconds until_ = 0;
};

} // namespace muster
