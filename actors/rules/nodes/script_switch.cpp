#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/node_script.hpp"

namespace muster {

namespace {

class script_switch final : public chain_node {
public:
  explicit script_switch(script what) : script_(std::move(what)) {}

  void on(rule_message message, node_run& run) const override {
    const auto wanted = run_script(script_, message, run).and_then(switch_result);
    if (!wanted) {
      return run.fail(std::move(message), wanted.error().message);
    }
    for (const auto& relation : *wanted) {
      run.tell(relation, message);
    }
  }

  const script* own_script() const noexcept override { return &script_; }

private:
  const script script_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_script_switch(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  script what = read_script(from, script_kind::switch_, "jsScript", "tbelScript");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<script_switch>(std::move(what));
  });
}

} // namespace muster
