#include "actors/device/device_state.hpp"
#include "actors/rules/engine/alarm_text.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/engine/run_chain.hpp"
#include "actors/rules/owner_attributes.hpp"
#include "actors/rules/scripts/script_engine.hpp"
#include "actors/rules/scripts/script_results.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// What became of an alarm, as chains know it.
struct alarm_news {
  std::string_view type;
  std::string_view relation;
  /// Metadata that say it, besides those of the rule.
  std::vector<std::string_view> flags;
};

alarm_news news_of(alarm_outcome::change what) {
  using change = alarm_outcome::change;
  switch (what) {
  case change::created:
    return {message_types::alarm_created, "Alarm Created", {"isNewAlarm"}};
  case change::severity_updated:
    return {message_types::alarm_severity_updated,
            "Alarm Severity Updated",
            {"isExistingAlarm", "isSeverityUpdatedAlarm"}};
  case change::cleared:
    return {message_types::alarm_cleared, "Alarm Cleared", {"isClearedAlarm"}};
  default:
    return {message_types::alarm_updated, "Alarm Updated", {"isExistingAlarm"}};
  }
}

} // namespace

/// The device as its alarm rules see it, and what they do. Lives as long as they are followed.
class device_state::alarm_view final : public alarm_inputs, public alarm_outputs {
public:
  alarm_view(device_state& state, const device_rules& rules, instant now, effects& out)
      : state_(state), rules_(rules), now_(now), out_(out) {}

  std::optional<value> latest(std::string_view key) const override {
    const auto* found = state_.latest_.find(key);
    return found != nullptr ? std::optional(found->val) : std::nullopt;
  }

  std::optional<value> attribute(attribute_scope scope, std::string_view key) const override {
    if (scope == attribute_scope::server && device_activity::owns(key)) {
      for (auto& one : state_.activity_.attributes(state_.info_.created)) {
        if (one.key == key) {
          return std::move(one.val);
        }
      }
      return std::nullopt;
    }
    const auto* found = state_.group(scope).find(key);
    return found != nullptr ? found->val : std::nullopt;
  }

  std::optional<customer_id> customer() const override { return state_.info_.customer; }
  std::optional<value> customer_attribute(const customer_id& of,
                                          std::string_view key) const override {
    return attribute_of({entity_type::customer, of.value}, key);
  }
  std::optional<value> tenant_attribute(std::string_view key) const override {
    return attribute_of({entity_type::tenant, state_.info_.tenant.value}, key);
  }

  std::optional<value> field(std::string_view name) const override {
    const auto& info = state_.info_;
    if (name == "name") {
      return value(info.name);
    }
    if (name == "type") {
      return value(info.type);
    }
    if (name == "createdTime") {
      return value(info.created);
    }
    return name == "label" && info.label ? std::optional(value(*info.label)) : std::nullopt;
  }

  result<bool> ask(const script& what, const std::string& msg_json) const override {
    auto said = rules_.scripts->run(what, msg_json, "{}", {}, now_).and_then(filter_result);
    if (!said) {
      note(said.error());
    }
    return said;
  }

  std::optional<alarm_severity> active(std::string_view type) const override {
    const auto* found = state_.alarms_ ? state_.alarms_->find(type) : nullptr;
    return found != nullptr ? std::optional(found->severity) : std::nullopt;
  }

  void act(alarm_consequence&& what) override {
    auto details = what.details ? std::optional(json_text{std::move(*what.details)}) : std::nullopt;
    if (what.what == alarm_consequence::kind::clear) {
      if (auto cleared = state_.clear_alarm(what.of->type, details, now_, out_)) {
        tell(what, {alarm_outcome::change::cleared, std::move(*cleared)});
      }
      return;
    }
    auto outcome = state_.raise_alarm(
        {what.of->type, what.severity, std::move(details), what.of->propagation, what.start}, now_,
        out_);
    if (!outcome) {
      note(outcome.error());
    } else if (outcome->what != alarm_outcome::change::nothing) {
      tell(what, *outcome);
    }
  }

  std::vector<told_event>& told() noexcept { return told_; }

private:
  /// What is known of others stays the same while rules are followed.
  std::optional<value> attribute_of(const entity_ref& of, std::string_view key) const {
    auto known = std::ranges::find(owners_, of, [](const auto& one) { return one.first; });
    if (known == owners_.end() && rules_.owners != nullptr) {
      known = owners_.emplace(owners_.end(), of, rules_.owners->last(state_.info_.tenant, of));
    }
    if (known == owners_.end() || !known->second) {
      return std::nullopt;
    }
    const auto found = known->second->find(key);
    return found == known->second->end() ? std::nullopt : std::optional(found->second);
  }

  void note(const error& why) const {
    spdlog::debug("device {}: alarm rules: {}", to_string(state_.info_.id), why.message);
  }

  void tell(const alarm_consequence& rule, const alarm_outcome& outcome) {
    if (!rules_.chains) {
      return;
    }
    auto news = news_of(outcome.what);
    auto message = state_.message_of(
        news.type, message_data::of_text(alarm_info_text(outcome.now, state_.info_, nullptr)),
        now_);
    for (const auto flag : news.flags) {
      message.metadata.emplace(flag, "true");
    }
    if (rule.repeats) {
      message.metadata.emplace("alarmConditionRepeats", std::to_string(*rule.repeats));
    }
    if (rule.duration) {
      message.metadata.emplace("alarmConditionDuration", std::to_string(*rule.duration));
    }
    told_.push_back({std::move(message), std::string(news.relation)});
  }

  device_state& state_;
  const device_rules& rules_;
  const instant now_;
  effects& out_;
  mutable std::vector<std::pair<entity_ref, std::shared_ptr<const owner_attributes::values>>>
      owners_;
  std::vector<told_event> told_;
};

void device_state::follow_alarm_rules(const alarm_programs& programs, const device_rules& rules,
                                      const alarm_update& update, instant now, effects& out) {
  auto watch = std::exchange(watch_, nullptr);
  if (!watch) {
    watch = std::make_unique<alarm_watch>();
  }
  const alarm_watch before = *watch;
  alarm_view view(*this, rules, now, out);
  watch->due = follow_alarms(programs, watch->progress, update, now.wall, view, view);
  keep_watch(std::move(watch), before, out);
  // Only now, since what is told may have a chain save something.
  for (auto& event : view.told()) {
    tell(std::move(event), now, out);
  }
}

void device_state::keep_watch(std::unique_ptr<alarm_watch>&& now, const alarm_watch& before,
                              effects& out) {
  if (now->due || !now->progress.empty()) {
    watch_ = std::move(now);
  }
  const auto due = watch_ ? watch_->due : std::nullopt;
  if ((watch_ ? watch_->progress : rules_progress{}) != before.progress) {
    put_counters(out);
  }
  if (due && due != before.due) {
    out.mutations.emplace_back(
        persistence::put_due{persistence::due_kind::alarm_rules, *due, before.due});
  } else if (!due && before.due) {
    out.mutations.emplace_back(
        persistence::erase_due{persistence::due_kind::alarm_rules, *before.due});
  }
}

std::vector<std::string> device_state::keys_of(const std::vector<key_value>& values) {
  std::vector<std::string> keys;
  for (const auto& one : values) {
    keys.push_back(one.key);
  }
  return keys;
}

void device_state::put_in_order(std::vector<telemetry_entry>& entries, timestamp given) {
  std::ranges::stable_sort(entries, {}, [&](const auto& one) { return one.ts.value_or(given); });
}

void device_state::follow_telemetry(timestamp ts, std::vector<std::string_view> keys, instant now,
                                    effects& out) {
  const auto held = alarm_rules();
  if (!held.programs) {
    return;
  }
  // A late value is not the device's present one.
  std::erase_if(keys, [&](std::string_view key) {
    const auto* found = latest_.find(key);
    return found == nullptr || found->ts != ts;
  });
  if (!keys.empty()) {
    tick_alarm_rules(now, out);
    follow_alarm_rules(*held.programs, *held.rules,
                       {alarm_update::kind::telemetry, {}, std::move(keys), ts}, now, out);
  }
}

void device_state::follow_attributes(attribute_scope scope, std::vector<std::string_view> keys,
                                     instant now, effects& out) {
  if (const auto held = alarm_rules(); held.programs) {
    tick_alarm_rules(now, out);
    follow_alarm_rules(*held.programs, *held.rules,
                       {alarm_update::kind::attributes, scope, std::move(keys), now.wall}, now,
                       out);
  }
}

void device_state::tick_alarm_rules(instant now, effects& out) {
  if (!watch_ || !watch_->due || *watch_->due > now.wall) {
    return;
  }
  static const alarm_programs none;
  static const device_rules no_rules;
  const auto held = alarm_rules();
  follow_alarm_rules(held.programs ? *held.programs : none, held.rules ? *held.rules : no_rules,
                     {alarm_update::kind::tick, {}, {}, *watch_->due}, now, out);
}

void device_state::restart_alarm_rules(std::string_view type, effects& out) {
  const auto held = watch_ ? alarm_rules() : held_alarm_rules{};
  if (!held.programs) {
    return;
  }
  const alarm_watch before = *watch_;
  forget_progress(*held.programs, type, watch_->progress);
  // The deadline may be too early now, which does no harm.
  if (watch_->progress.empty()) {
    watch_->due.reset();
  }
  auto watch = std::exchange(watch_, nullptr);
  keep_watch(std::move(watch), before, out);
}

} // namespace muster
