#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/node_script.hpp"

namespace muster {

namespace {

class script_transform final : public chain_node {
public:
  explicit script_transform(script what) : script_(std::move(what)) {}

  void on(rule_message message, node_run& run) const override {
    auto made = run_script(script_, message, run).and_then([this](const std::string& text) {
      return transform_result(text, script_.source().language);
    });
    if (!made) {
      return run.fail(std::move(message), made.error().message);
    }
    if (made->empty()) {
      return run.fail(std::move(message), "No message or messages attribute");
    }
    for (auto& one : *made) {
      rule_message next = message;
      if (one.msg) {
        next.data = message_data::of_text(std::move(*one.msg));
      }
      if (one.metadata) {
        next.metadata = std::move(*one.metadata);
      }
      if (one.type) {
        next.type = std::move(*one.type);
      }
      run.tell(relations::success, std::move(next));
    }
  }

  const script* own_script() const noexcept override { return &script_; }

private:
  const script script_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_script_transform(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  script what = read_script(from, script_kind::transform, "jsScript", "tbelScript");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<script_transform>(std::move(what));
  });
}

} // namespace muster
