#include "actors/rules/nodes/alarm_details.hpp"

#include "actors/rules/engine/alarm_text.hpp"
#include "actors/rules/engine/message_types.hpp"

#include <utility>

namespace muster {

namespace {

constexpr const char* previous_details = "prevAlarmDetails";

constexpr std::string_view usual_script =
    "return metadata.prevAlarmDetails ? JSON.parse(metadata.prevAlarmDetails) : {};";

} // namespace

script read_details_script(configuration_reader& from) {
  return read_script(from, script_kind::json, "alarmDetailsBuildJs", "alarmDetailsBuildTbel",
                     usual_script);
}

result<json_text> make_details(const script& what, const alarm* present,
                               const rule_message& message, node_run& run) {
  rule_message asked = message;
  if (present != nullptr) {
    asked.metadata[previous_details] = present->details.text;
  }
  return run_script(what, asked, run).map([](std::string text) {
    return json_text{std::move(text)};
  });
}

rule_message with_alarm(rule_message message, const alarm& one, std::string_view mark) {
  message.type = message_types::alarm;
  message.data = message_data::of_text(alarm_text(one));
  message.metadata[std::string(mark)] = "true";
  return message;
}

rule_message alarm_event(std::string_view type, const alarm& one, const rule_node_id& node,
                         instant now) {
  rule_message made;
  made.type = type;
  made.ts = now.wall;
  made.originator = {entity_type::device, one.originator.value};
  made.metadata["ruleNodeId"] = to_string(node);
  made.data = message_data::of_text(alarm_text(one));
  return made;
}

} // namespace muster
