#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace muster {

namespace {

/// Whether the body and the metadata have members of these names.
class check_fields final : public chain_node {
public:
  check_fields(std::vector<std::string> body, std::vector<std::string> metadata, bool all)
      : body_(std::move(body)), metadata_(std::move(metadata)), all_(all) {}

  void on(rule_message message, node_run& run) const override {
    const auto& body = message.data.tree();
    const auto in_body = [&](const std::string& name) {
      return body.is_object() && body.contains(name);
    };
    const auto in_metadata = [&](const std::string& name) {
      return message.metadata.contains(name);
    };
    const bool found = all_ ? std::all_of(body_.begin(), body_.end(), in_body) &&
                                  std::all_of(metadata_.begin(), metadata_.end(), in_metadata)
                            : std::any_of(body_.begin(), body_.end(), in_body) ||
                                  std::any_of(metadata_.begin(), metadata_.end(), in_metadata);
    run.tell(found ? relations::yes : relations::no, std::move(message));
  }

private:
  const std::vector<std::string> body_;
  const std::vector<std::string> metadata_;
  const bool all_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_check_fields(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  auto body = from.texts("messageNames");
  auto metadata = from.texts("metadataNames");
  const bool all = from.flag("checkAllKeys", true);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<check_fields>(std::move(body), std::move(metadata), all);
  });
}

} // namespace muster
