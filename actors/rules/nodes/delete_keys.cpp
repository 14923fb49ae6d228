#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/nodes/key_patterns.hpp"
#include "actors/rules/nodes/message_part.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/object_body.hpp"

namespace muster {

namespace {

class delete_keys final : public chain_node {
public:
  delete_keys(message_part where, key_patterns keys) : where_(where), keys_(std::move(keys)) {}

  void on(rule_message message, node_run& run) const override {
    if (where_ == message_part::metadata) {
      std::erase_if(message.metadata, [this](const auto& one) { return keys_.match(one.first); });
    } else if (const auto body = object_body::read(message)) {
      auto kept = body->members();
      std::erase_if(kept, [this](const key_value& one) { return keys_.match(one.key); });
      message.data = message_data::of_text(body_text(kept));
    }
    run.tell(relations::success, std::move(message));
  }

private:
  const message_part where_;
  const key_patterns keys_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_delete_keys(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const auto where =
      read_part(from, "deleteFrom", message_part::body, "fromMetadata", message_part::metadata);
  auto keys = key_patterns::read(from, "keys");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<delete_keys>(where, std::move(keys));
  });
}

} // namespace muster
