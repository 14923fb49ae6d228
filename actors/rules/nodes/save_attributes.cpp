#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/attributes_event.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/owner_attributes.hpp"
#include "actors/rules/nodes/scopes.hpp"

#include <nlohmann/json.hpp>

namespace muster {

namespace {

struct save_attributes_settings {
  attribute_scope scope = attribute_scope::server;
  bool notify_device = false;
  bool only_on_change = true;
  bool tells = false;
  rule_node_id node;
};

class save_attributes_node final : public chain_node {
public:
  explicit save_attributes_node(save_attributes_settings settings) : settings_(settings) {}

  void on(rule_message message, node_run& run) const override {
    if (message.type != message_types::post_attributes) {
      std::string why = "Unsupported msg type: " + message.type;
      return run.fail(std::move(message), std::move(why));
    }
    if (!of_own_device(message, run) && !of_owner(message)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    auto values = body_values(message.data.text());
    if (!values) {
      return run.fail(std::move(message), "Msg body is not an object");
    }
    attribute_scope scope = settings_.scope;
    if (const auto given = message.metadata.find("scope"); given != message.metadata.end()) {
      const auto read = scope_of(given->second);
      if (!read) {
        return run.fail(std::move(message), "the metadata's scope is not known");
      }
      scope = *read;
    }
    if (of_owner(message)) {
      if (scope != attribute_scope::server) {
        return run.fail(std::move(message), "customers and tenants have server attributes only");
      }
      return change_owner_attributes({{}, std::move(*values), {}}, std::move(message), run);
    }
    if (!values->empty()) {
      const auto told = message.metadata.find("notifyDevice");
      // Absent means true (reference rules, 4.3).
      const bool notify = settings_.notify_device || told == message.metadata.end() ||
                          told->second.empty() || told->second == "true";
      run.device().save(scope, std::move(*values), settings_.only_on_change, notify);
      if (settings_.tells && scope != attribute_scope::client) {
        run.device().tell(attributes_event(message_types::attributes_updated, message, message.data,
                                           scope, settings_.node));
      }
    }
    run.tell(relations::success, std::move(message));
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    owner_attributes_changed(std::move(message), std::move(outcome), run);
  }

  node_forecast foresee(std::string_view type) const override {
    const bool as_usual = settings_.scope == attribute_scope::client && settings_.only_on_change &&
                          type == message_types::post_attributes;
    return {as_usual ? node_forecast::kind::saves_client_attributes : node_forecast::kind::unknown,
            relations::success};
  }

private:
  const save_attributes_settings settings_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_save_attributes(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  save_attributes_settings read;
  const std::string scope = from.text("scope", "SERVER_SCOPE");
  if (const auto known = scope_of(scope)) {
    read.scope = *known;
  } else {
    from.refuse("scope", "is \"" + scope + "\", which is not known");
  }
  read.notify_device = from.flag("notifyDevice", false);
  read.only_on_change = from.flag("updateAttributesOnlyOnValueChange", true);
  read.tells = from.flag("sendAttributesUpdatedNotification", false);
  read.node = settings.row.id;
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<save_attributes_node>(read);
  });
}

} // namespace muster
