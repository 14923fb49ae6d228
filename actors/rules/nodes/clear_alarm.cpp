#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/alarm_details.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"
#include "actors/rules/nodes/patterns.hpp"

#include <utility>

namespace muster {

namespace {

class clear_alarm_node final : public chain_node {
public:
  clear_alarm_node(const rule_node_id& node, std::string type, script details)
      : node_(node), type_(std::move(type)), details_(std::move(details)) {}

  void on(rule_message message, node_run& run) const override {
    const bool of_alarm = message.originator.kind == entity_type::alarm;
    if (!of_alarm && !of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is neither the device nor an "
                                          "alarm");
    }
    auto& device = run.device();
    const alarm* present = of_alarm ? device.active_alarm(alarm_id{message.originator.id})
                                    : device.active_alarm(fill_pattern(type_, message));
    if (present == nullptr) {
      return run.tell(relations::no, std::move(message));
    }
    auto details = make_details(details_, present, message, run);
    if (!details) {
      return run.fail(std::move(message), std::move(details.error().message));
    }
    const std::string type = present->type;
    const auto cleared = device.clear_alarm(type, *details);
    if (!cleared) {
      return run.tell(relations::no, std::move(message));
    }
    device.tell(alarm_event(message_types::alarm_cleared, *cleared, node_, run.now()));
    run.tell("Cleared", with_alarm(std::move(message), *cleared, "isClearedAlarm"));
  }

  const script* own_script() const noexcept override { return &details_; }

private:
  const rule_node_id node_;
  const std::string type_;
  const script details_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_clear_alarm(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  std::string type = from.text("alarmType", "General Alarm");
  script details = read_details_script(from);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<clear_alarm_node>(settings.row.id, std::move(type), std::move(details));
  });
}

} // namespace muster
