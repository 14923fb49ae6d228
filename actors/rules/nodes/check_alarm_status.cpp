#include "actors/rules/nodes/alarm_body.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster {

namespace {

constexpr std::array<std::string_view, 4> statuses{"ACTIVE_UNACK", "ACTIVE_ACK", "CLEARED_UNACK",
                                                   "CLEARED_ACK"};

class check_alarm_status final : public chain_node {
public:
  explicit check_alarm_status(std::vector<std::string> wanted) : wanted_(std::move(wanted)) {}

  void on(rule_message message, node_run& run) const override {
    const auto named = alarm_of_body(message);
    if (!named) {
      return run.fail(std::move(message), named.error().message);
    }
    // The device knows those that are active. Of another one, the message knows the rest.
    alarm over;
    over.cleared = true;
    over.acknowledged = named->acknowledged;
    const alarm* active = run.device().active_alarm(named->id);
    const auto status = alarm_status(active != nullptr ? *active : over);
    const bool listed = std::ranges::find(wanted_, status) != wanted_.end();
    run.tell(listed ? relations::yes : relations::no, std::move(message));
  }

private:
  const std::vector<std::string> wanted_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_check_alarm_status(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  auto wanted = from.texts("alarmStatusList");
  for (const auto& one : wanted) {
    if (std::ranges::find(statuses, one) == statuses.end()) {
      from.refuse("alarmStatusList", "holds \"" + one + "\", which is not known");
    }
  }
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<check_alarm_status>(std::move(wanted));
  });
}

} // namespace muster
