#include "actors/rules/nodes/node_makers.hpp"

namespace muster {

namespace {

/// The alarm rules of a profile are followed where values are saved, whether there is such a node
/// or not; here they are told of.
class device_profile_node final : public chain_node {
public:
  void on(rule_message message, node_run& run) const override {
    run.tell(relations::success, std::move(message));
  }
  node_forecast foresee(std::string_view) const override {
    return {node_forecast::kind::passes, relations::success};
  }
  bool tells_alarms() const noexcept override { return true; }
};

} // namespace

result<std::unique_ptr<chain_node>> make_device_profile(const node_settings&) {
  return std::make_unique<device_profile_node>();
}

} // namespace muster
