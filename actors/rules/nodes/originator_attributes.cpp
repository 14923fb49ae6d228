#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/wanted_attributes.hpp"

namespace muster {

namespace {

class originator_attributes final : public chain_node {
public:
  explicit originator_attributes(wanted_attributes wanted) : wanted_(std::move(wanted)) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    const auto& device = run.device();
    const attribute_source from{
        [&](attribute_scope scope, std::string_view key) { return device.attribute(scope, key); },
        [&](std::string_view key) { return device.latest(key); }};
    add_wanted(wanted_, from, std::move(message), run);
  }

private:
  const wanted_attributes wanted_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_originator_attributes(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  wanted_attributes wanted = read_wanted(from);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<originator_attributes>(std::move(wanted));
  });
}

} // namespace muster
