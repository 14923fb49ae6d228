#pragma once

#include "actors/rules/engine/chain_node.hpp"
#include "actors/rules/nodes/message_part.hpp"

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace muster {

/// Attributes and latest values of a device that a node adds to messages, under the names that the
/// reference gives them (rules, 4.2).
struct wanted_attributes {
  /// By scope; patterns.
  std::array<std::vector<std::string>, 3> attributes;
  std::vector<std::string> latest;
  message_part to = message_part::metadata;
  bool fails_if_absent = true;
  bool with_time = false;
};

wanted_attributes read_wanted(configuration_reader& from);

/// Where they are; null: there is none.
struct attribute_source {
  std::function<const value*(attribute_scope scope, std::string_view key)> attribute;
  std::function<const latest_value*(std::string_view key)> latest;
};

/// Adds what there is and sends the message on, along Failure when something is not there and that
/// is told to fail.
void add_wanted(const wanted_attributes& wanted, const attribute_source& from, rule_message message,
                node_run& run);

} // namespace muster
