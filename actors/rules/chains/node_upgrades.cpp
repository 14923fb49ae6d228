#include "actors/rules/chains/node_upgrades.hpp"

#include "actors/rules/chains/node_classes.hpp"
#include "actors/rules/chains/old_configuration.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace muster {

namespace {

/// False: what the step needs is not there.
using upgrade_step = bool (*)(const old_configuration&);

bool take_queue(const old_configuration& from) {
  if (from.node.queue_name.empty()) {
    from.node.queue_name = from.text("queueName");
  }
  from.members.erase("queueName");
  return true;
}

bool drop_customer_cache(const old_configuration& from) {
  from.members.erase("customerCacheExpiration");
  return true;
}

bool name_generator(const old_configuration& from) {
  const bool known = from.has("originatorType") &&
                     from.text("originatorId").find_first_not_of(' ') != std::string::npos;
  if (!known) {
    from.members["originatorType"] = "RULE_NODE";
  }
  return true;
}

bool turn_direction(const old_configuration& from) {
  const auto direction = from.text("direction");
  if (direction != "FROM" && direction != "TO") {
    return false;
  }
  from.members["direction"] = direction == "FROM" ? "TO" : "FROM";
  return true;
}

bool forward_to_given(const old_configuration& from) {
  from.set_absent("forwardMsgToDefaultRuleChain", false);
  return true;
}

bool keep_zero_deltas(const old_configuration& from) {
  from.set_absent("excludeZeroDeltas", false);
  return true;
}

bool fetch_to(const old_configuration& from) {
  return from.choose("fetchToData", "fetchTo", "DATA", "METADATA");
}

bool map_fields(const old_configuration& from) {
  from.members["fetchTo"] = "METADATA";
  return from.rename("fieldsMapping", "dataMapping");
}

bool map_attributes(const old_configuration& from) {
  from.members["fetchTo"] = "METADATA";
  return from.rename("attrMapping", "dataMapping") &&
         from.choose("telemetry", "dataToFetch", "LATEST_TELEMETRY", "ATTRIBUTES");
}

void set_order(const old_configuration& from, const char* order) {
  from.members["orderBy"] = order;
  from.members["aggregation"] = "NONE";
}

bool order_telemetry(const old_configuration& from) {
  if (!from.has("fetchMode")) {
    return true;
  }
  const auto mode = from.text("fetchMode");
  if (mode == "FIRST") {
    set_order(from, "ASC");
  } else if (mode != "ALL") {
    from.members["fetchMode"] = "LAST";
    set_order(from, "DESC");
  }
  return true;
}

bool limit_telemetry(const old_configuration& from) {
  if (!from.has("limit")) {
    from.members["limit"] = 1000;
  }
  if (from.text("fetchMode") == "ALL") {
    for (const auto& [name, value] : {std::pair{"aggregation", "NONE"}, {"orderBy", "ASC"}}) {
      if (from.text(name).empty()) {
        from.members[name] = value;
      }
    }
  }
  return true;
}

bool fetch_alarms(const old_configuration& from) {
  if (from.flag("persistAlarmRulesState") == false) {
    from.members["fetchAlarmRulesStateOnStart"] = false;
  }
  return true;
}

bool plain_text_answers(const old_configuration& from) {
  if (!from.members.contains("parseToPlainText")) {
    from.rename("trimDoubleQuotes", "parseToPlainText");
  }
  return true;
}

bool drop_call_queue(const old_configuration& from) {
  for (const auto* name : {"useRedisQueueForMsgPersistence", "trimQueue", "maxQueueSize"}) {
    from.members.erase(name);
  }
  return true;
}

bool bound_answers(const old_configuration& from) {
  from.set_absent("maxInMemoryBufferSizeInKb", 256);
  return true;
}

bool template_bodies(const old_configuration& from) {
  from.set_absent("requestBodyTemplate", nullptr);
  return true;
}

bool save_all_attributes(const old_configuration& from) {
  from.set_absent("updateAttributesOnlyOnValueChange", false);
  return true;
}

bool say_attribute_flags(const old_configuration& from) {
  for (const auto& [name, otherwise] : {std::pair{"notifyDevice", true},
                                        {"sendAttributesUpdatedNotification", false},
                                        {"updateAttributesOnlyOnValueChange", true}}) {
    from.members[name] = from.flag(name).value_or(otherwise);
  }
  return true;
}

bool process_every_message(const old_configuration& from) {
  from.members["processingSettings"] = {{"type", "ON_EVERY_MESSAGE"}};
  return true;
}

bool process_latest(const old_configuration& from) {
  const configuration_json every = {{"type", "ON_EVERY_MESSAGE"}};
  if (from.flag("skipLatestPersistence") == true) {
    from.members["processingSettings"] = {{"type", "ADVANCED"},
                                          {"timeseries", every},
                                          {"latest", {{"type", "SKIP"}}},
                                          {"webSockets", every},
                                          {"calculatedFields", every}};
  } else {
    from.members["processingSettings"] = every;
  }
  from.members.erase("skipLatestPersistence");
  return true;
}

/// Of the nodes that change keys, whose second version had a third name for the same.
bool source_of_keys(const old_configuration& from, const char* now) {
  if (from.has(now)) {
    return true;
  }
  for (const auto* old : {"fromMetadata", "dataToFetch"}) {
    if (from.choose(old, now, "METADATA", "DATA")) {
      return true;
    }
    const auto named = from.text(old);
    if (named == "METADATA" || named == "DATA") {
      return from.rename(old, now);
    }
  }
  return false;
}

bool copy_from(const old_configuration& from) {
  return source_of_keys(from, "copyFrom");
}
bool rename_in(const old_configuration& from) {
  return source_of_keys(from, "renameIn");
}
bool delete_from(const old_configuration& from) {
  return source_of_keys(from, "deleteFrom");
}

/// What makes of the version `from` of a class the next one.
struct class_step {
  std::string_view name;
  std::uint32_t from;
  upgrade_step make;
};

constexpr std::array class_steps{
    class_step{"action.TbAssignToCustomerNode", 0, drop_customer_cache},
    class_step{"action.TbUnassignFromCustomerNode", 0, drop_customer_cache},
    class_step{"debug.TbMsgGeneratorNode", 0, take_queue},
    class_step{"debug.TbMsgGeneratorNode", 1, name_generator},
    class_step{"deduplication.TbMsgDeduplicationNode", 0, take_queue},
    class_step{"filter.TbCheckRelationNode", 0, turn_direction},
    class_step{"flow.TbCheckpointNode", 0, take_queue},
    class_step{"flow.TbRuleChainInputNode", 0, forward_to_given},
    class_step{"metadata.CalculateDeltaNode", 0, keep_zero_deltas},
    class_step{"metadata.TbGetAttributesNode", 0, fetch_to},
    class_step{"metadata.TbGetCustomerAttributeNode", 0, map_attributes},
    class_step{"metadata.TbGetDeviceAttrNode", 0, fetch_to},
    class_step{"metadata.TbGetOriginatorFieldsNode", 0, map_fields},
    class_step{"metadata.TbGetRelatedAttributeNode", 0, map_attributes},
    class_step{"metadata.TbGetTelemetryNode", 0, order_telemetry},
    class_step{"metadata.TbGetTelemetryNode", 1, limit_telemetry},
    class_step{"metadata.TbGetTenantAttributeNode", 0, map_attributes},
    class_step{"profile.TbDeviceProfileNode", 0, fetch_alarms},
    class_step{"rest.TbRestApiCallNode", 0, plain_text_answers},
    class_step{"rest.TbRestApiCallNode", 1, drop_call_queue},
    class_step{"rest.TbRestApiCallNode", 2, bound_answers},
    class_step{"rest.TbRestApiCallNode", 3, template_bodies},
    class_step{"telemetry.TbMsgAttributesNode", 0, save_all_attributes},
    class_step{"telemetry.TbMsgAttributesNode", 1, say_attribute_flags},
    class_step{"telemetry.TbMsgAttributesNode", 2, process_every_message},
    class_step{"telemetry.TbMsgTimeseriesNode", 0, process_latest},
    class_step{"transform.TbCopyKeysNode", 0, copy_from},
    class_step{"transform.TbCopyKeysNode", 1, copy_from},
    class_step{"transform.TbDeleteKeysNode", 0, delete_from},
    class_step{"transform.TbDeleteKeysNode", 1, delete_from},
    class_step{"transform.TbRenameKeysNode", 0, rename_in},
    class_step{"transform.TbRenameKeysNode", 1, rename_in},
};

} // namespace

void upgrade(rule_node& node) {
  const auto* const known = find_node_class(node.type);
  if (known == nullptr || node.configuration_version >= known->version) {
    return;
  }
  auto members = configuration_json::parse(node.configuration.text, nullptr, false);
  if (!members.is_object()) {
    return;
  }
  rule_node upgraded = node;
  for (const auto& step : class_steps) {
    if (step.name == known->name && step.from == upgraded.configuration_version) {
      if (!step.make({members, upgraded})) {
        return;
      }
      ++upgraded.configuration_version;
    }
  }
  upgraded.configuration.text = members.dump();
  node = std::move(upgraded);
}

} // namespace muster
