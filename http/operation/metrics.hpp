#pragma once

#include "actors/service/status.hpp"
#include "http/api/endpoint_metrics.hpp"
#include "http/server/counters.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace muster::http {

/// Everything the node counts, in Prometheus' text format 0.0.4.
std::string render_metrics(const service_status& below, const server_counters& server,
                           const std::vector<endpoint_reading>& endpoints,
                           std::uint64_t resident_bytes);

/// The process's resident memory in bytes, 0 when /proc cannot be read.
std::uint64_t resident_memory();

} // namespace muster::http
