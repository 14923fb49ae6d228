#pragma once

#include "tools/bench/client.hpp"
#include "tools/bench/fleet.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace muster::bench {

/// One device's history: every message holds the key `dense`, every `spacing`-th also `sparse`,
/// one message a second.
struct history_options {
  target where;
  std::string access_token;
  std::uint64_t messages = 1'000'000;
  std::uint64_t spacing = 1000;
  /// How often each query is asked.
  std::size_t repeats = 7;
  /// False: the messages are there from an earlier run.
  bool fill = true;
};

struct history_query {
  std::uint64_t points = 0;
  /// Of each repeat, in order.
  std::vector<double> seconds;
};

struct history_result {
  double fill_seconds = 0;
  /// The newest 100 points of `sparse`, the newest 1000 of `dense`.
  history_query sparse;
  history_query dense;
};

/// Runs on the calling thread. Throws failure at the first refusal.
history_result run_history(const history_options& options, const device& of);

} // namespace muster::bench
