#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/attributes_event.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/owner_attributes.hpp"
#include "actors/rules/nodes/patterns.hpp"
#include "actors/rules/nodes/scopes.hpp"

#include <nlohmann/json.hpp>

namespace muster {

namespace {

class delete_attributes_node final : public chain_node {
public:
  delete_attributes_node(attribute_scope scope, std::vector<std::string> keys, bool tells,
                         const rule_node_id& node)
      : scope_(scope), keys_(std::move(keys)), tells_(tells), node_(node) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run) && !of_owner(message)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    attribute_scope scope = scope_;
    if (const auto given = message.metadata.find("scope"); given != message.metadata.end()) {
      scope = scope_of(given->second).value_or(scope_);
    }
    std::vector<std::string> keys;
    for (const auto& key : keys_) {
      if (auto filled = fill_pattern(key, message); !filled.empty()) {
        keys.push_back(std::move(filled));
      }
    }
    if (of_owner(message)) {
      if (scope != attribute_scope::server) {
        return run.fail(std::move(message), "customers and tenants have server attributes only");
      }
      return change_owner_attributes({{}, {}, std::move(keys)}, std::move(message), run);
    }
    if (!keys.empty()) {
      run.device().erase(scope, keys);
      if (tells_) {
        run.device().tell(attributes_event(message_types::attributes_deleted, message,
                                           message_data::of_json({{"attributes", keys}}), scope,
                                           node_));
      }
    }
    run.tell(relations::success, std::move(message));
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    owner_attributes_changed(std::move(message), std::move(outcome), run);
  }

private:
  const attribute_scope scope_;
  const std::vector<std::string> keys_;
  const bool tells_;
  const rule_node_id node_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_delete_attributes(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const std::string scope = from.text("scope", "SERVER_SCOPE");
  const auto known = scope_of(scope);
  if (!known) {
    from.refuse("scope", "is \"" + scope + "\", which is not known");
  }
  auto keys = from.texts("keys");
  const bool tells = from.flag("sendAttributesDeletedNotification", false);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<delete_attributes_node>(*known, std::move(keys), tells,
                                                    settings.row.id);
  });
}

} // namespace muster
