#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/alarm_body.hpp"
#include "actors/rules/nodes/alarm_details.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"

#include <optional>
#include <utility>

namespace muster {

namespace {

struct wanted_alarm {
  rule_node_id node;
  std::string type;
  /// Of one of these; a pattern, when it is read from the message.
  std::string severity;
  alarm_propagation propagation;
  /// The message is an alarm: all that it says counts.
  bool from_body = false;
  /// Nothing: of the message's alarm they are as it says.
  std::optional<script> details;
};

class create_alarm final : public chain_node {
public:
  explicit create_alarm(wanted_alarm wanted) : wanted_(std::move(wanted)) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    auto outcome =
        demand_of(message)
            .and_then([&](alarm_demand demand) { return add_details(demand, message, run); })
            .and_then([&](const alarm_demand& demand) { return run.device().raise_alarm(demand); });
    if (!outcome) {
      return run.fail(std::move(message), std::move(outcome.error().message));
    }
    using change = alarm_outcome::change;
    if (outcome->what == change::nothing) {
      return run.tell(relations::no, std::move(message));
    }
    const bool created = outcome->what == change::created;
    run.device().tell(
        alarm_event(created ? message_types::entity_created : message_types::entity_updated,
                    outcome->now, wanted_.node, run.now()));
    run.tell(
        created ? "Created" : "Updated",
        with_alarm(std::move(message), outcome->now, created ? "isNewAlarm" : "isExistingAlarm"));
  }

  const script* own_script() const noexcept override {
    return wanted_.details ? &*wanted_.details : nullptr;
  }

private:
  result<alarm_demand> demand_of(const rule_message& message) const {
    if (wanted_.from_body) {
      return demand_of_body(message);
    }
    alarm_demand demand;
    demand.type = fill_pattern(wanted_.type, message);
    const auto severity = parse_severity(fill_pattern(wanted_.severity, message));
    if (!severity) {
      return fail(error_code::invalid, "the alarm's severity is not one of those there are");
    }
    demand.severity = *severity;
    demand.propagation = wanted_.propagation;
    demand.start = message_time(message);
    return check_demand(std::move(demand));
  }

  result<alarm_demand> add_details(alarm_demand demand, const rule_message& message,
                                   node_run& run) const {
    if (!wanted_.details) {
      return demand;
    }
    return make_details(*wanted_.details, run.device().active_alarm(demand.type), message, run)
        .map([&](json_text made) {
          demand.details = std::move(made);
          return std::move(demand);
        });
  }

  const wanted_alarm wanted_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_create_alarm(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  wanted_alarm wanted;
  wanted.node = settings.row.id;
  wanted.from_body = from.flag("useMessageAlarmData", false);
  wanted.type = from.text("alarmType", "General Alarm");
  wanted.severity = from.text("severity", "CRITICAL");
  const bool dynamic = from.flag("dynamicSeverity", false);
  if (!dynamic && !wanted.from_body && !parse_severity(wanted.severity)) {
    from.refuse("severity", "is \"" + wanted.severity + "\", which is not known");
  }
  wanted.propagation = {from.flag("propagate", false), from.flag("propagateToOwner", false),
                        from.flag("propagateToTenant", false), from.texts("relationTypes")};
  if (!wanted.from_body || from.flag("overwriteAlarmDetails", false)) {
    wanted.details = read_details_script(from);
  }
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<create_alarm>(std::move(wanted));
  });
}

} // namespace muster
