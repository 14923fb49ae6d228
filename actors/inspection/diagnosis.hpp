#pragma once

#include "actors/inspection/refusals.hpp"
#include "actors/model/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What is known of a device besides what its actor says.
struct diagnosis_facts {
  timestamp now = 0;
  refusal_count wrong_credentials;
  refusal_count over_limit;
  /// Persistent RPCs that expired before they were delivered once, and the newest of these.
  std::size_t expired_undelivered = 0;
  timestamp last_expired = 0;
  /// Why the node's store refuses writes; empty: it does not.
  std::string store_trouble;
};

/// One cause of trouble.
struct finding {
  /// For programs: `never_connected`, ...
  std::string_view cause;
  std::string text;
};

/// Why a device is silent, or its RPCs wait, by its actor's report. Pure. Empty: nothing is wrong.
std::vector<finding> diagnose(const nlohmann::ordered_json& report, const diagnosis_facts& facts);

} // namespace muster
