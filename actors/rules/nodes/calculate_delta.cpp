#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/numbers.hpp"
#include "actors/rules/nodes/own_device.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace muster {

namespace {

struct calculate_delta_settings {
  std::string input;
  std::string output;
  /// Digits behind the point; absent: all.
  std::optional<int> round;
  bool add_period = false;
  std::string period;
  bool refuse_negative = true;
  bool leave_out_zero = false;
};

/// Adds by how much a value differs from the device's latest one, so it stands before the node that
/// saves the message.
class calculate_delta final : public chain_node {
public:
  explicit calculate_delta(calculate_delta_settings settings) : settings_(std::move(settings)) {}

  void on(rule_message message, node_run& run) const override {
    auto body = nlohmann::ordered_json::parse(message.data.text());
    if (message.type != message_types::post_telemetry || !body.is_object() ||
        !body.contains(settings_.input)) {
      return run.tell(relations::other, std::move(message));
    }
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "the message's originator is not the device");
    }
    const auto now = number_of(body[settings_.input]);
    const auto* before = run.device().latest(settings_.input);
    const auto then = before != nullptr ? number_of(before->val) : now;
    if (!now || !then) {
      return run.fail(std::move(message), settings_.input + " is or was not a number");
    }
    const double delta = *now - *then;
    if (delta < 0 && settings_.refuse_negative) {
      return run.fail(std::move(message), "Delta value is negative!");
    }
    if (delta != 0 || !settings_.leave_out_zero) {
      add(body, settings_.round ? rounded(delta, *settings_.round) : delta);
      if (settings_.add_period) {
        body[settings_.period] = before != nullptr ? message_time(message) - before->ts : 0;
      }
      message.data = message_data::of_text(body.dump());
    }
    run.tell(relations::success, std::move(message));
  }

private:
  void add(nlohmann::ordered_json& body, double delta) const {
    const value made = value_of_number(delta);
    if (const auto* whole = std::get_if<std::int64_t>(&made)) {
      body[settings_.output] = *whole;
    } else {
      body[settings_.output] = delta;
    }
  }

  const calculate_delta_settings settings_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_calculate_delta(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  calculate_delta_settings read;
  read.input = from.text("inputValueKey", "pulseCounter");
  read.output = from.text("outputValueKey", "delta");
  if (from.member("round") != nullptr) {
    const std::int64_t digits = from.number("round", 0);
    if (digits < 0 || digits > 15) {
      from.refuse("round", "is not between 0 and 15");
    }
    read.round = static_cast<int>(digits);
  }
  read.add_period = from.flag("addPeriodBetweenMsgs", false);
  read.period = from.text("periodValueKey", "periodInMs");
  read.refuse_negative = from.flag("tellFailureIfDeltaIsNegative", true);
  read.leave_out_zero = from.flag("excludeZeroDeltas", false);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<calculate_delta>(std::move(read));
  });
}

} // namespace muster
