#include "actors/rules/engine/entity_names.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"

#include <algorithm>

namespace muster {

namespace {

class originator_type_filter final : public chain_node {
public:
  explicit originator_type_filter(std::vector<std::string> types) : types_(std::move(types)) {}

  void on(rule_message message, node_run& run) const override {
    const auto name = names_of(message.originator.kind).wire;
    const bool wanted = std::find(types_.begin(), types_.end(), name) != types_.end();
    run.tell(wanted ? relations::yes : relations::no, std::move(message));
  }

private:
  const std::vector<std::string> types_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_originator_type_filter(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  auto types = from.texts("originatorTypes");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<originator_type_filter>(std::move(types));
  });
}

} // namespace muster
