#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/node_makers.hpp"

namespace muster {

namespace {

class message_type_switch final : public chain_node {
public:
  void on(rule_message message, node_run& run) const override {
    const auto label = message_type_label(message.type);
    run.tell(label, std::move(message));
  }
  node_forecast foresee(std::string_view type) const override {
    return {node_forecast::kind::passes, message_type_label(type)};
  }
};

} // namespace

result<std::unique_ptr<chain_node>> make_message_type_switch(const node_settings&) {
  return std::make_unique<message_type_switch>();
}

} // namespace muster
