#include "actors/rules/nodes/key_patterns.hpp"
#include "actors/rules/nodes/message_part.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/object_body.hpp"

namespace muster {

namespace {

/// From the body to the metadata or the other way round.
class copy_keys final : public chain_node {
public:
  copy_keys(message_part source, key_patterns keys) : source_(source), keys_(std::move(keys)) {}

  void on(rule_message message, node_run& run) const override {
    if (auto body = object_body::read(message)) {
      if (source_ == message_part::metadata) {
        for (const auto& [key, text] : message.metadata) {
          if (keys_.match(key)) {
            body->set(key, text);
          }
        }
        body->write_to(message);
      } else {
        for (const auto& [key, one] : body->members()) {
          if (keys_.match(key)) {
            message.metadata[key] = metadata_text(one);
          }
        }
      }
    }
    run.tell(relations::success, std::move(message));
  }

private:
  const message_part source_;
  const key_patterns keys_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_copy_keys(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const auto source =
      read_part(from, "copyFrom", message_part::body, "fromMetadata", message_part::metadata);
  auto keys = key_patterns::read(from, "keys");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<copy_keys>(source, std::move(keys));
  });
}

} // namespace muster
