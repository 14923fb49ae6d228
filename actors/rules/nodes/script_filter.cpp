#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/node_script.hpp"

namespace muster {

namespace {

class script_filter final : public chain_node {
public:
  explicit script_filter(script what) : script_(std::move(what)) {}

  void on(rule_message message, node_run& run) const override {
    const auto passes = run_script(script_, message, run).and_then(filter_result);
    if (!passes) {
      return run.fail(std::move(message), passes.error().message);
    }
    run.tell(*passes ? relations::yes : relations::no, std::move(message));
  }

  const script* own_script() const noexcept override { return &script_; }

private:
  const script script_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_script_filter(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  script what = read_script(from, script_kind::filter, "jsScript", "tbelScript");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<script_filter>(std::move(what));
  });
}

} // namespace muster
