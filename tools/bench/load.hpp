#pragma once

#include "tools/bench/client.hpp"
#include "tools/bench/fleet.hpp"
#include "tools/bench/latency_histogram.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace muster::bench {

/// Requests, as fast as they are answered or at a given rate.
struct load_options {
  target where;
  std::size_t connections = 64;
  /// Seconds that are measured, after `warm_up` seconds that are not.
  double duration = 5;
  double warm_up = 1;
  /// Requests a second at fixed intervals (open loop: latencies count from the intended time);
  /// 0: each connection sends as soon as it has its answer (closed loop).
  double rate = 0;
  /// Ends when the source has no more requests; `duration` and `warm_up` then do not count.
  bool once = false;
};

/// What is sent, one request after the other.
class request_source {
public:
  virtual ~request_source() = default;
  /// Whether there is one more.
  virtual bool more() const = 0;
  /// Appends the next request, whole.
  virtual void next(std::string& into) = 0;
};

/// Telemetry of a fleet's devices.
struct telemetry_options {
  /// Devices are picked at random instead of one after the other.
  bool random = false;
  /// Each device posts once.
  bool once = false;
  std::string body = R"({"temperature":42,"humidity":73})";
  /// What of the device API it is posted to.
  std::string resource = "telemetry";
  /// The body is sent as CBOR instead of JSON.
  bool cbor = false;
};
/// `devices` must outlive the source.
std::unique_ptr<request_source>
telemetry_requests(const target& where, const telemetry_options& options, const fleet& devices);

/// Devices that make themselves known, each with a name and a token of its own.
struct provision_options {
  std::string key;
  std::string secret;
  std::size_t devices = 100'000;
  /// What their names begin with.
  std::string prefix = "Provisioned ";
};
std::unique_ptr<request_source> provision_requests(const target& where,
                                                   const provision_options& options);

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
load_result run_load(const load_options& options, request_source& what);

} // namespace muster::bench
