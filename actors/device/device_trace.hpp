#pragma once

#include "actors/device/chain_steps.hpp"
#include "actors/model/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <deque>
#include <string>

namespace muster {

/// Microseconds of a steady clock.
std::int64_t trace_microseconds();

/// What a device did, for an operator who looks on: the last events, numbered. Of the device's
/// actor; there only while somebody asks again and again.
class device_trace {
public:
  /// Somebody looks on until then, steady.
  void look(milliseconds until) noexcept { until_ = until; }
  bool over(milliseconds now) const noexcept { return now > until_; }
  milliseconds until() const noexcept { return until_; }

  /// A command, a report or a deadline is being followed from now on: where it notes the way of its
  /// messages through chains.
  chain_steps& begin();
  /// Microseconds since that began.
  std::int64_t elapsed(std::int64_t until) const noexcept { return until - begun_; }

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
  chain_steps steps_;
  std::int64_t begun_ = 0;
};

} // namespace muster
