#include "actors/rules/nodes/enrichment.hpp"

#include <utility>

namespace muster {

result<enrichment> enrichment::begin(message_part to, const rule_message& message) {
  enrichment made;
  if (to == message_part::body) {
    made.body_ = object_body::read(message);
    if (!made.body_) {
      return fail(error_code::invalid, "Message body is not an object!");
    }
  }
  return made;
}

void enrichment::add(const std::string& key, const value& what) {
  if (body_) {
    body_->set(key, what);
  } else {
    metadata_[key] = metadata_text(what);
  }
}

rule_message enrichment::end(rule_message message) && {
  if (body_) {
    body_->write_to(message);
  }
  for (auto& [key, text] : metadata_) {
    message.metadata[key] = std::move(text);
  }
  return message;
}

} // namespace muster
