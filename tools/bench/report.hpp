#pragma once

#include "tools/bench/history.hpp"
#include "tools/bench/load.hpp"
#include "tools/bench/rpc.hpp"

#include <string>

namespace muster::bench {

// The results as one JSON object for programs that call muster-bench. Latencies in milliseconds,
// memory in bytes.

std::string report(const load_result& what);
std::string report(const rpc_result& what);
std::string report(const history_result& what);

} // namespace muster::bench
