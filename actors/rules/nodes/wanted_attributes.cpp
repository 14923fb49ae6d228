#include "actors/rules/nodes/wanted_attributes.hpp"

#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/nodes/enrichment.hpp"
#include "actors/rules/nodes/patterns.hpp"

namespace muster {

namespace {

constexpr std::array scope_prefixes{"cs_", "shared_", "ss_"};

void add_attributes(const wanted_attributes& wanted, const attribute_source& from,
                    const rule_message& message, enrichment& to, std::string& absent) {
  for (std::size_t scope = 0; scope < wanted.attributes.size(); ++scope) {
    for (const auto& pattern : wanted.attributes[scope]) {
      const std::string key = fill_pattern(pattern, message);
      if (const value* what = from.attribute(static_cast<attribute_scope>(scope), key)) {
        to.add(scope_prefixes[scope] + key, *what);
      } else {
        absent += std::string(" ") + scope_prefixes[scope] + key;
      }
    }
  }
}

void add_latest(const wanted_attributes& wanted, const attribute_source& from,
                const rule_message& message, enrichment& to, std::string& absent) {
  for (const auto& pattern : wanted.latest) {
    const std::string key = fill_pattern(pattern, message);
    const latest_value* found = from.latest(key);
    if (found == nullptr) {
      absent += " " + key;
    } else if (wanted.with_time) {
      to.add(key, json_text{"{\"ts\":" + std::to_string(found->ts) +
                            ",\"value\":" + json_of(found->val) + "}"});
    } else {
      to.add(key, found->val);
    }
  }
}

} // namespace

wanted_attributes read_wanted(configuration_reader& from) {
  wanted_attributes wanted;
  wanted.attributes = {from.texts("clientAttributeNames"), from.texts("sharedAttributeNames"),
                       from.texts("serverAttributeNames")};
  wanted.latest = from.texts("latestTsKeyNames");
  wanted.to = read_part(from, "fetchTo", message_part::metadata, "fetchToData", message_part::body);
  wanted.fails_if_absent = from.flag("tellFailureIfAbsent", true);
  wanted.with_time = from.flag("getLatestValueWithTs", false);
  return wanted;
}

void add_wanted(const wanted_attributes& wanted, const attribute_source& from, rule_message message,
                node_run& run) {
  auto found = enrichment::begin(wanted.to, message);
  if (!found) {
    return run.fail(std::move(message), found.error().message);
  }
  std::string absent;
  add_attributes(wanted, from, message, *found, absent);
  add_latest(wanted, from, message, *found, absent);
  message = std::move(*found).end(std::move(message));
  if (wanted.fails_if_absent && !absent.empty()) {
    return run.fail(std::move(message), "the device does not have" + absent);
  }
  run.tell(relations::success, std::move(message));
}

} // namespace muster
