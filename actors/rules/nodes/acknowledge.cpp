#include "actors/rules/nodes/node_makers.hpp"

namespace muster {

namespace {

/// The answer to the device does not wait for anything here, so there is nothing to acknowledge.
class acknowledge final : public chain_node {
public:
  void on(rule_message message, node_run& run) const override {
    run.tell(relations::success, std::move(message));
  }
  node_forecast foresee(std::string_view) const override {
    return {node_forecast::kind::passes, relations::success};
  }
};

} // namespace

result<std::unique_ptr<chain_node>> make_acknowledge(const node_settings&) {
  return std::make_unique<acknowledge>();
}

} // namespace muster
