#pragma once

#include "tools/bench/client.hpp"
#include "tools/bench/fleet.hpp"
#include "tools/bench/latency_histogram.hpp"
#include "tools/bench/memory.hpp"

#include <map>
#include <optional>
#include <string>

namespace muster::bench {

/// Two-way RPC: every device of the fleet keeps a poll parked and answers what it gets;
/// applications call the devices one after the other at a fixed rate.
struct rpc_options {
  target where;
  /// Port of the node that the devices poll, in a cluster; absent: that of the applications.
  std::optional<std::uint16_t> device_port;
  std::string access_token;
  /// Connections of the applications; the devices have one each.
  std::size_t callers = 64;
  /// Calls a second, latencies counted from the intended time; 0: polls are parked, nothing is
  /// called.
  double rate = 1000;
  /// Seconds of calls that are measured, after `warm_up` seconds that are not.
  double duration = 5;
  double warm_up = 1;
  /// Polls sent a second while the devices come.
  double arrivals = 2000;
  /// Seconds between the last poll and the first call.
  double settle = 1;
  /// The server's process, for its memory; absent: not read.
  std::optional<int> process;
};

struct rpc_result {
  std::uint64_t answers = 0;
  latency_histogram latencies;
  /// Answers to calls other than 200, and to devices other than 200 and 408, by status.
  std::map<int, std::uint64_t> refused_calls;
  std::map<int, std::uint64_t> refused_devices;
  std::uint64_t lost = 0;
  /// Calls that were due but not answered within ten seconds after the end.
  std::uint64_t unanswered = 0;
  std::optional<memory_reading> before_polls;
  std::optional<memory_reading> with_polls;
};

/// Runs on the calling thread. Throws failure when the server cannot be reached.
rpc_result run_rpc(const rpc_options& options, const fleet& devices);

} // namespace muster::bench
