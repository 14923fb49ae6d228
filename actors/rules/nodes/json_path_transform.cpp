#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/json_path.hpp"
#include "actors/rules/nodes/node_makers.hpp"

namespace muster {

namespace {

/// The body becomes a part of itself.
class json_path_transform final : public chain_node {
public:
  explicit json_path_transform(json_path path) : path_(std::move(path)) {}

  void on(rule_message message, node_run& run) const override {
    const auto found = path_.find(nlohmann::ordered_json::parse(message.data.text()));
    if (!found) {
      return run.fail(std::move(message), found.error().message);
    }
    message.data = message_data::of_text(found->dump());
    run.tell(relations::success, std::move(message));
  }

private:
  const json_path path_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_json_path_transform(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const std::string path = from.text("jsonPath", "$");
  return from.end()
      .and_then([&] { return json_path::read(path); })
      .map([](json_path&& read) -> std::unique_ptr<chain_node> {
        return std::make_unique<json_path_transform>(std::move(read));
      });
}

} // namespace muster
