#include "actors/rules/nodes/node_makers.hpp"

namespace muster {

namespace {

/// Nothing to acknowledge, as the answer to the device waits for no chain; no queue to change, as
/// there is one run per command.
class pass_on final : public chain_node {
public:
  void on(rule_message message, node_run& run) const override {
    run.tell(relations::success, std::move(message));
  }
  node_forecast foresee(std::string_view) const override {
    return {node_forecast::kind::passes, relations::success};
  }
};

} // namespace

result<std::unique_ptr<chain_node>> make_pass_on(const node_settings&) {
  return std::make_unique<pass_on>();
}

} // namespace muster
