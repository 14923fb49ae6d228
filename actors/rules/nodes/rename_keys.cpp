#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/message_part.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/object_body.hpp"

namespace muster {

namespace {

/// A name that is taken already is taken over.
class rename_keys final : public chain_node {
public:
  rename_keys(message_part where, std::vector<text_pair> mapping)
      : where_(where), mapping_(std::move(mapping)) {}

  void on(rule_message message, node_run& run) const override {
    if (where_ == message_part::metadata) {
      rename_in(message.metadata);
    } else if (auto body = object_body::read(message)) {
      rename_in(*body);
      body->write_to(message);
    }
    run.tell(relations::success, std::move(message));
  }

private:
  void rename_in(message_metadata& metadata) const {
    for (const auto& [old, next] : mapping_) {
      auto found = metadata.extract(old);
      if (!found.empty()) {
        metadata[next] = std::move(found.mapped());
      }
    }
  }

  void rename_in(object_body& body) const {
    for (const auto& [old, next] : mapping_) {
      if (const value* found = body.find(old)) {
        value moved = *found;
        body.erase(old);
        body.set(next, std::move(moved));
      }
    }
  }

  const message_part where_;
  const std::vector<text_pair> mapping_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_rename_keys(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const auto where =
      read_part(from, "renameIn", message_part::body, "fromMetadata", message_part::metadata);
  auto mapping = from.mapping("renameKeysMapping");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<rename_keys>(where, std::move(mapping));
  });
}

} // namespace muster
