#pragma once

#include "actors/model/relation.hpp"
#include "actors/model/time.hpp"
#include "actors/rules/engine/message_data.hpp"

#include <functional>
#include <map>
#include <string>

namespace muster {

using message_metadata = std::map<std::string, std::string, std::less<>>;

/// What a rule chain works on (reference rules, section 1). A plain value.
struct rule_message {
  /// Any text; those that the server gives are in message_types.hpp.
  std::string type;
  /// When it was made; see `message_time`.
  timestamp ts = 0;
  entity_ref originator;
  message_metadata metadata;
  message_data data;
  /// Given only where somebody looks on; copies have the same.
  uuid id = {};
};

/// The metadata's `ts` when it is a number, else the message's own.
timestamp message_time(const rule_message& message);

} // namespace muster
