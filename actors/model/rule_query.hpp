#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/page.hpp"
#include "actors/model/relation.hpp"
#include "actors/model/rule_event.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace muster {

// Queries about rule nodes, and about what these look up: see query.hpp.

/// What a script makes of a message, for whoever writes it. Reply: script_outcome, also for one
/// that fails. By a tenant's administrator.
struct test_script {
  caller who;
  std::string body;
  bool tbel = false;
  /// update, generate, filter, switch, json or string.
  std::string kind;
  /// JSON text.
  std::string msg;
  std::map<std::string, std::string, std::less<>> metadata;
  std::string type;
};

/// A node, or all nodes of a chain.
using rule_event_source = std::variant<rule_node_id, rule_chain_id>;

/// Reply: page<rule_event>, by createdTime. Not_found for a chain that is not there; a node without
/// events of the tenant has an empty page.
struct list_rule_events {
  caller who;
  rule_event_source of;
  rule_event_filter filter;
  page_link link;
};
/// Reply: rule_node_state, or not_found.
struct get_rule_node {
  caller who;
  rule_node_id id;
};

/// What the entity is to others, or (`to`) others to it; a relation whose other end the caller may
/// not see is left out. Reply: std::vector<named_relation>.
struct list_relations {
  caller who;
  entity_ref entity;
  bool to = false;
  /// Absent: of all types.
  std::optional<std::string> type;
};
/// Reply: relation, or not_found.
struct get_relation {
  caller who;
  entity_ref from;
  entity_ref to;
  std::string type;
};
/// Server attributes of a customer or of the tenant. Reply: std::vector<attribute>, in the order of
/// the keys asked for, else of keys.
struct get_entity_attributes {
  caller who;
  entity_ref entity;
  /// Absent: all.
  std::optional<std::vector<std::string>> keys;
};

} // namespace muster
