#pragma once

#include "actors/model/error.hpp"
#include "persistence/store/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>

namespace muster {

/// Which debug events an operator wants to see.
struct wanted_events {
  /// Identifier of a rule node; name or identifier of a rule chain: the events of all its nodes.
  std::string of;
  /// Only messages that failed.
  bool failed = false;
  std::size_t most = 0;
};

/// `{"chain":name,"total":n,"events":[...]}`: what came into the nodes and what left them, the
/// newest first. Of all tenants; reads all rule chains, so it blocks. Error: not_found; invalid for
/// a name that several chains have.
result<nlohmann::ordered_json> describe_rule_events(persistence::store& rows,
                                                    const wanted_events& wanted);

} // namespace muster
