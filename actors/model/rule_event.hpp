#pragma once

#include "actors/model/relation.hpp"
#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace muster {

/// Which way a message passed. The numbers are written to disk.
enum class rule_event_kind : std::uint8_t { in = 0, out = 1 };

/// What passed a node whose author debugs it.
struct rule_event {
  /// Made by ordered_uuid: events of one time have their order.
  uuid id;
  timestamp created = 0;
  tenant_id tenant;
  rule_node_id node;
  rule_event_kind kind = rule_event_kind::in;
  entity_ref originator;
  /// Of the message; its copies have the same.
  uuid message;
  std::string message_type;
  /// Empty: the message came in.
  std::string relation;
  // Texts of any length are cut.
  std::string data;
  /// JSON, unless it was cut.
  std::string metadata;
  /// Why the message left along Failure; empty: it did not.
  std::string failure;

  friend bool operator==(const rule_event&, const rule_event&) = default;
};

/// Which events of a node are asked for; absent members: any. Searches are in any case.
struct rule_event_filter {
  /// start <= created < end.
  timestamp start = 0;
  timestamp end = 0;
  std::optional<rule_event_kind> kind = std::nullopt;
  /// Whether the message failed.
  std::optional<bool> failed = std::nullopt;
  // Exactly.
  std::optional<std::string> message_type = std::nullopt;
  std::optional<std::string> relation = std::nullopt;
  std::optional<uuid> message = std::nullopt;
  std::optional<uuid> originator = std::nullopt;
  // What these hold; empty: anything.
  std::string data = {};
  std::string metadata = {};
  std::string failure = {};

  friend bool operator==(const rule_event_filter&, const rule_event_filter&) = default;
};

} // namespace muster
