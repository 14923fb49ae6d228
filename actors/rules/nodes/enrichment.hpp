#pragma once

#include "actors/rules/nodes/message_part.hpp"
#include "actors/rules/nodes/object_body.hpp"

namespace muster {

/// What a node adds to a message: to its metadata as texts, or to its body.
class enrichment {
public:
  /// Error: invalid, when it goes to a body that is no object.
  static result<enrichment> begin(message_part to, const rule_message& message);

  void add(const std::string& key, const value& what);
  /// The message with all that was added.
  rule_message end(rule_message message) &&;

private:
  message_metadata metadata_;
  std::optional<object_body> body_;
};

} // namespace muster
