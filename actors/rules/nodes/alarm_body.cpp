#include "actors/rules/nodes/alarm_body.hpp"

#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/nodes/object_body.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace muster {

namespace {

constexpr std::size_t longest_type = 255;

bool flag_of(const object_body& body, const char* name) {
  const value* found = body.find(name);
  const bool* set = found != nullptr ? std::get_if<bool>(found) : nullptr;
  return set != nullptr && *set;
}

std::string text_of(const object_body& body, const char* name) {
  const value* found = body.find(name);
  const auto* text = found != nullptr ? std::get_if<std::string>(found) : nullptr;
  return text != nullptr ? *text : std::string();
}

std::vector<std::string> relation_types(const rule_message& message) {
  std::vector<std::string> types;
  const auto& tree = message.data.tree();
  const auto found = tree.find("propagateRelationTypes");
  if (found == tree.end() || !found->is_array()) {
    return types;
  }
  for (const auto& one : *found) {
    if (one.is_string()) {
      types.push_back(one.get<std::string>());
    }
  }
  return types;
}

error no_alarm() {
  return {error_code::invalid, "the message's body is not an alarm"};
}

} // namespace

result<alarm_demand> check_demand(alarm_demand demand) {
  if (demand.type.find_first_not_of(" \t\r\n\f\v") == std::string::npos) {
    return fail(error_code::invalid, "the alarm has no type");
  }
  const auto characters =
      std::ranges::count_if(demand.type, [](char c) { return (c & 0xc0) != 0x80; });
  if (static_cast<std::size_t>(characters) > longest_type) {
    return fail(error_code::invalid, "the alarm's type is longer than 255 characters");
  }
  return demand;
}

result<alarm_demand> demand_of_body(const rule_message& message) {
  const auto body = object_body::read(message);
  const auto severity = body ? parse_severity(text_of(*body, "severity")) : std::nullopt;
  if (!severity) {
    return tl::unexpected(no_alarm());
  }
  alarm_demand demand;
  demand.type = text_of(*body, "type");
  demand.severity = *severity;
  const value* details = body->find("details");
  demand.details = json_text{details != nullptr ? json_of(*details) : "null"};
  demand.propagation =
      alarm_propagation{flag_of(*body, "propagate"), flag_of(*body, "propagateToOwner"),
                        flag_of(*body, "propagateToTenant"), relation_types(message)};
  const value* start = body->find("startTs");
  const auto* time = start != nullptr ? std::get_if<std::int64_t>(start) : nullptr;
  demand.start = time != nullptr && *time > 0 ? *time : message_time(message);
  return check_demand(std::move(demand));
}

result<named_alarm> alarm_of_body(const rule_message& message) {
  const auto body = object_body::read(message);
  if (!body) {
    return tl::unexpected(no_alarm());
  }
  const auto& tree = message.data.tree();
  const auto found = tree.find("id");
  if (found == tree.end() || !found->is_object() || !found->contains("id") ||
      !found->at("id").is_string()) {
    return tl::unexpected(no_alarm());
  }
  const auto id = parse_uuid(found->at("id").get_ref<const std::string&>());
  if (!id) {
    return tl::unexpected(no_alarm());
  }
  return named_alarm{alarm_id{*id}, flag_of(*body, "acknowledged")};
}

} // namespace muster
