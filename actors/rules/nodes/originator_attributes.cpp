#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/enrichment.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"

#include <array>

namespace muster {

namespace {

struct wanted_attributes {
  /// By scope.
  std::array<std::vector<std::string>, 3> attributes;
  std::vector<std::string> latest;
  message_part to = message_part::metadata;
  bool fails_if_absent = true;
  bool with_time = false;
};

class originator_attributes final : public chain_node {
public:
  explicit originator_attributes(wanted_attributes wanted) : wanted_(std::move(wanted)) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    auto found = enrichment::begin(wanted_.to, message);
    if (!found) {
      return run.fail(std::move(message), found.error().message);
    }
    std::string absent;
    for (std::size_t scope = 0; scope < wanted_.attributes.size(); ++scope) {
      add_attributes(static_cast<attribute_scope>(scope), message, run, *found, absent);
    }
    add_latest(message, run, *found, absent);
    message = std::move(*found).end(std::move(message));
    if (wanted_.fails_if_absent && !absent.empty()) {
      return run.fail(std::move(message), "the device does not have" + absent);
    }
    run.tell(relations::success, std::move(message));
  }

private:
  void add_attributes(attribute_scope scope, const rule_message& message, node_run& run,
                      enrichment& to, std::string& absent) const {
    constexpr std::array prefixes{"cs_", "shared_", "ss_"};
    const auto place = static_cast<std::size_t>(scope);
    for (const auto& pattern : wanted_.attributes[place]) {
      const std::string key = fill_pattern(pattern, message);
      if (const value* what = run.device().attribute(scope, key)) {
        to.add(prefixes[place] + key, *what);
      } else {
        absent += std::string(" ") + prefixes[place] + key;
      }
    }
  }

  void add_latest(const rule_message& message, node_run& run, enrichment& to,
                  std::string& absent) const {
    for (const auto& pattern : wanted_.latest) {
      const std::string key = fill_pattern(pattern, message);
      const latest_value* found = run.device().latest(key);
      if (found == nullptr) {
        absent += " " + key;
      } else if (wanted_.with_time) {
        to.add(key, json_text{"{\"ts\":" + std::to_string(found->ts) +
                              ",\"value\":" + json_of(found->val) + "}"});
      } else {
        to.add(key, found->val);
      }
    }
  }

  const wanted_attributes wanted_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_originator_attributes(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  wanted_attributes wanted;
  wanted.attributes = {from.texts("clientAttributeNames"), from.texts("sharedAttributeNames"),
                       from.texts("serverAttributeNames")};
  wanted.latest = from.texts("latestTsKeyNames");
  wanted.to = read_part(from, "fetchTo", message_part::metadata, "fetchToData", message_part::body);
  wanted.fails_if_absent = from.flag("tellFailureIfAbsent", true);
  wanted.with_time = from.flag("getLatestValueWithTs", false);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<originator_attributes>(std::move(wanted));
  });
}

} // namespace muster
