#pragma once

#include "actors/model/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace muster {

/// How fast counters grow, over the last ten seconds or so: looked at now and then. Of one thread.
template <std::size_t Counters>
class rate_samples {
public:
  using counts = std::array<std::uint64_t, Counters>;
  using rates = std::array<double, Counters>;

  static constexpr milliseconds pause = 5'000;
  static constexpr std::size_t kept = 3;

  /// Whether the time has come for the next sample.
  bool due(milliseconds steady) const noexcept {
    return samples_.empty() || steady - samples_.back().at >= pause;
  }

  void add(milliseconds steady, const counts& now) {
    samples_.push_back({steady, now});
    if (samples_.size() > kept) {
      samples_.pop_front();
    }
  }

  /// A second's growth since the oldest sample; nothing before there is one of earlier.
  std::optional<rates> until(milliseconds steady, const counts& now) const {
    if (samples_.empty() || steady <= samples_.front().at) {
      return std::nullopt;
    }
    constexpr double second = 1'000;
    const auto& first = samples_.front();
    rates found{};
    for (std::size_t at = 0; at < Counters; ++at) {
      found[at] = static_cast<double>(now[at] - first.what[at]) * second /
                  static_cast<double>(steady - first.at);
    }
    return found;
  }

private:
  struct sample {
    milliseconds at = 0;
    counts what{};
  };
  std::deque<sample> samples_;
};

} // namespace muster
