#pragma once

#include "actors/model/query.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace muster {

/// What one node of a cluster has said.
struct node_report {
  std::string node;
  /// A JSON object; empty: it has said nothing.
  std::string text;
  /// For people: why it has said nothing.
  std::string silent_because;
};

/// Puts together what nodes have said of the same question: rows one behind the other, each with
/// the name of its node, in the order that the question asks for; where a node tells no rows, its
/// whole report in `nodes`. Nodes that said nothing are in `silent`. Pure.
nlohmann::ordered_json cluster_report(const inspect& asked, const std::vector<node_report>& said);

} // namespace muster
