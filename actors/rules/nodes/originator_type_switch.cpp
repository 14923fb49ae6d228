#include "actors/rules/engine/entity_names.hpp"
#include "actors/rules/nodes/node_makers.hpp"

namespace muster {

namespace {

class originator_type_switch final : public chain_node {
public:
  void on(rule_message message, node_run& run) const override {
    const auto name = names_of(message.originator.kind).relation;
    run.tell(name, std::move(message));
  }
};

} // namespace

result<std::unique_ptr<chain_node>> make_originator_type_switch(const node_settings&) {
  return std::make_unique<originator_type_switch>();
}

} // namespace muster
