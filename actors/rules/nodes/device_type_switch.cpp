#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"

namespace muster {

namespace {

/// Along the name of the device's profile.
class device_type_switch final : public chain_node {
public:
  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    run.tell(run.device().info().type, std::move(message));
  }
};

} // namespace

result<std::unique_ptr<chain_node>> make_device_type_switch(const node_settings&) {
  return std::make_unique<device_type_switch>();
}

} // namespace muster
