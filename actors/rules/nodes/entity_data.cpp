#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/enrichment.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"
#include "actors/rules/nodes/relation_queries.hpp"

#include <algorithm>

namespace muster {

namespace {

enum class entity_part : std::uint8_t { attributes, latest, fields };

struct entity_data {
  entity_work::source of = entity_work::source::customer;
  relation_query query;
  entity_part what = entity_part::attributes;
  /// From the name there to the name in the message.
  std::vector<text_pair> mapping;
  message_part to = message_part::metadata;
};

/// Adds what is known of the device's customer, its tenant or a related entity.
class entity_data_node final : public chain_node {
public:
  explicit entity_data_node(entity_data how) : how_(std::move(how)) {}

  void on(rule_message message, node_run& run) const override {
    if (how_.of != entity_work::source::tenant && !of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    entity_work work;
    work.of = how_.of;
    work.query = how_.query;
    auto& keys = how_.what == entity_part::attributes
                     ? work.attributes[static_cast<std::size_t>(attribute_scope::server)]
                     : (how_.what == entity_part::latest ? work.latest : work.fields);
    for (const auto& [source, target] : how_.mapping) {
      keys.push_back(fill_pattern(source, message));
    }
    if (auto left = run.later(std::move(work), message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    if (auto* failed = std::get_if<work_failed>(&outcome)) {
      return run.fail(std::move(message), std::move(failed->why));
    }
    const auto& found = std::get<entity_found>(outcome);
    if (!found.entity) {
      return run.fail(std::move(message), none());
    }
    auto to = enrichment::begin(how_.to, message);
    if (!to) {
      return run.fail(std::move(message), to.error().message);
    }
    for (const auto& [source, target] : how_.mapping) {
      if (const auto one = value_of(fill_pattern(source, message), found)) {
        to->add(fill_pattern(target, message), *one);
      }
    }
    run.tell(relations::success, std::move(*to).end(std::move(message)));
  }

private:
  std::string none() const {
    switch (how_.of) {
    case entity_work::source::customer:
      return "the device has no customer";
    case entity_work::source::tenant:
      return "the tenant is gone";
    default:
      return "no entity is related to the device as the node demands";
    }
  }

  std::optional<value> value_of(const std::string& key, const entity_found& found) const {
    const auto& attributes = found.attributes[static_cast<std::size_t>(attribute_scope::server)];
    const auto named = [&](const auto& one) { return one.key == key; };
    switch (how_.what) {
    case entity_part::attributes: {
      const auto at = std::find_if(attributes.begin(), attributes.end(), named);
      return at == attributes.end() ? std::nullopt : std::optional(at->val);
    }
    case entity_part::latest: {
      const auto at = std::find_if(found.latest.begin(), found.latest.end(), named);
      return at == found.latest.end() ? std::nullopt : std::optional(at->val);
    }
    default: {
      const auto at = std::find_if(found.fields.begin(), found.fields.end(),
                                   [&](const auto& one) { return one.first == key; });
      return at == found.fields.end() ? std::nullopt : std::optional<value>(at->second);
    }
    }
  }

  const entity_data how_;
};

result<std::unique_ptr<chain_node>> make_entity_data(const node_settings& settings,
                                                     entity_work::source of) {
  configuration_reader from(settings.configuration);
  entity_data how;
  how.of = of;
  if (of == entity_work::source::related) {
    how.query = read_relations_query(from);
  }
  const bool old = from.member("dataMapping") == nullptr;
  how.mapping = from.mapping(old ? "attrMapping" : "dataMapping");
  const bool old_latest = from.flag("telemetry", false);
  how.what = static_cast<entity_part>(
      from.choice("dataToFetch", {"ATTRIBUTES", "LATEST_TELEMETRY", "FIELDS"}, old_latest ? 1 : 0));
  how.to = read_part(from, "fetchTo", message_part::metadata, "fetchToData", message_part::body);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<entity_data_node>(std::move(how));
  });
}

} // namespace

result<std::unique_ptr<chain_node>> make_customer_data(const node_settings& settings) {
  return make_entity_data(settings, entity_work::source::customer);
}

result<std::unique_ptr<chain_node>> make_tenant_data(const node_settings& settings) {
  return make_entity_data(settings, entity_work::source::tenant);
}

result<std::unique_ptr<chain_node>> make_related_data(const node_settings& settings) {
  return make_entity_data(settings, entity_work::source::related);
}

} // namespace muster
