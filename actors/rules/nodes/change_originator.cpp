#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"

namespace muster {

namespace {

/// To what the device itself knows: its customer or its tenant.
class change_originator final : public chain_node {
public:
  explicit change_originator(entity_type to) : to_(to) {}

  void on(rule_message message, node_run& run) const override {
    const device_info& info = run.device().info();
    if (to_ == entity_type::tenant) {
      message.originator = {entity_type::tenant, info.tenant.value};
    } else if (!of_own_device(message, run) || !info.customer) {
      return run.fail(std::move(message), "the message's originator has no customer");
    } else {
      message.originator = {entity_type::customer, info.customer->value};
    }
    run.tell(relations::success, std::move(message));
  }

private:
  const entity_type to_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_change_originator(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  constexpr std::size_t known = 2;
  const auto source = from.choice(
      "originatorSource", {"CUSTOMER", "TENANT", "RELATED", "ALARM_ORIGINATOR", "ENTITY"}, 0);
  if (source >= known) {
    from.refuse("originatorSource",
                "is an entity that the device does not know: not supported yet");
  }
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<change_originator>(source == 0 ? entity_type::customer
                                                           : entity_type::tenant);
  });
}

} // namespace muster
