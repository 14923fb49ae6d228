#pragma once

#include "actors/model/command.hpp"
#include "actors/model/histogram.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace muster {

/// What one endpoint has answered since the start.
struct endpoint_facts {
  std::string method;
  /// Empty: requests that met no endpoint.
  std::string path;
  std::map<int, std::uint64_t> by_status;
  /// Microseconds from the head to the answer; those of polls include their waiting.
  histogram_counts<14> latency;
};

/// What the HTTP edge says of itself.
struct edge_facts {
  std::vector<endpoint_facts> endpoints;
  /// Now: open connections, and requests that wait on them.
  std::uint64_t connections = 0;
  std::uint64_t waiting = 0;
  /// Since the start, because too many were open.
  std::uint64_t connections_refused = 0;
};

/// Clients' addresses by the names of their parked polls.
using poll_peers = std::unordered_map<poll_id, std::string>;

/// The HTTP edge, as operators look at it. Thread-safe; no member blocks.
class edge_view {
public:
  virtual ~edge_view() = default;
  virtual edge_facts facts() const = 0;
  /// Asks all threads at which polls wait. `then` is called once, by one of them or here, and must
  /// not take long; what it is given makes the map, for a thread that has the time.
  virtual void peers(std::function<void(std::function<poll_peers()> made)> then) const = 0;
};

} // namespace muster
