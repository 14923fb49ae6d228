#pragma once

#include "actors/model/histogram.hpp"

#include <cstdint>
#include <map>
#include <string>
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

/// The HTTP edge, as operators look at it. Thread-safe; no member blocks.
class edge_view {
public:
  virtual ~edge_view() = default;
  virtual edge_facts facts() const = 0;
};

} // namespace muster
