#pragma once

#include "tools/bench/client.hpp"
#include "tools/bench/fleet.hpp"
#include "tools/bench/latency_histogram.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace muster::bench {

/// Telemetry POSTs, as fast as they are answered or at a given rate.
struct load_options {
  target where;
  std::size_t connections = 64;
  /// Seconds that are measured, after `warm_up` seconds that are not.
  double duration = 5;
  double warm_up = 1;
  /// Requests a second at fixed intervals (open loop: latencies count from the intended time);
  /// 0: each connection sends as soon as it has its answer (closed loop).
  double rate = 0;
  /// Devices are picked at random instead of one after the other.
  bool random = false;
  /// Ends after each device has posted once; `duration` and `warm_up` then do not count.
  bool once = false;
  std::string body = R"({"temperature":42,"humidity":73})";
};

struct load_result {
  double seconds = 0;
  std::uint64_t answers = 0;
  double rate = 0;
  latency_histogram latencies;
  /// Answers other than 200 by status, warm-up included.
  std::map<int, std::uint64_t> refused;
  /// Requests whose connection ended without an answer, warm-up included.
  std::uint64_t lost = 0;
  /// Requests of an open loop that were due but could not be sent within ten more seconds.
  std::uint64_t unsent = 0;
};

/// Runs the load on the calling thread. Throws failure when the server cannot be reached.
load_result run_load(const load_options& options, const fleet& devices);

} // namespace muster::bench
