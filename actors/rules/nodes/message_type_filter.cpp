#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"

#include <algorithm>

namespace muster {

namespace {

class message_type_filter final : public chain_node {
public:
  explicit message_type_filter(std::vector<std::string> types) : types_(std::move(types)) {}

  void on(rule_message message, node_run& run) const override {
    const auto relation = relation_of(message.type);
    run.tell(relation, std::move(message));
  }
  node_forecast foresee(std::string_view type) const override {
    return {node_forecast::kind::passes, relation_of(type)};
  }

private:
  std::string_view relation_of(std::string_view type) const {
    const bool wanted = std::find(types_.begin(), types_.end(), type) != types_.end();
    return wanted ? relations::yes : relations::no;
  }

  const std::vector<std::string> types_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_message_type_filter(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  auto types = from.texts("messageTypes");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<message_type_filter>(std::move(types));
  });
}

} // namespace muster
