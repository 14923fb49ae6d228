#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/nodes/node_makers.hpp"

namespace muster {

namespace {

/// More messages than that could not pass even one node each.
constexpr std::size_t most_elements = 1'000;

/// One message for each element.
class split_array final : public chain_node {
public:
  void on(rule_message message, node_run& run) const override {
    const auto list = body_elements(message.data.text(), body_reading::whole);
    if (!list) {
      return run.fail(std::move(message), "Msg data is not a JSON Array!");
    }
    if (list->size() > most_elements) {
      return run.fail(std::move(message), "Msg data has more than 1000 elements");
    }
    for (const auto& one : *list) {
      rule_message next = message;
      next.data = message_data::of_text(json_of(one));
      run.tell(relations::success, std::move(next));
    }
  }
};

} // namespace

result<std::unique_ptr<chain_node>> make_split_array(const node_settings&) {
  return std::make_unique<split_array>();
}

} // namespace muster
