#include "actors/rules/alarms/follow_alarms.hpp"

#include "actors/rules/alarms/condition.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// When a deadline has come and nothing followed, it is looked at again then.
constexpr milliseconds look_again = 60'000;

enum class verdict : std::uint8_t {
  not_looked_at,
  no,
  not_yet,
  yes,
};

bool concerns(const alarm_source& source, const alarm_update& update) {
  using kind = alarm_source::kind;
  const bool telemetry = update.what == alarm_update::kind::telemetry;
  if (source.what != (telemetry ? kind::latest_telemetry : kind::attribute) ||
      (!telemetry && source.scope && *source.scope != update.scope)) {
    return false;
  }
  return std::ranges::find(update.keys, source.key) != update.keys.end();
}

/// One program and one update.
class program_follower {
public:
  program_follower(const alarm_program& of, rules_progress& progress, const alarm_update& update,
                   timestamp now, const alarm_inputs& inputs, alarm_outputs& outputs)
      : of_(of), progress_(progress), update_(update),
        tick_(update.what == alarm_update::kind::tick), now_(now),
        ts_(tick_ ? now : std::min(update.ts, now)), inputs_(inputs), outputs_(outputs) {}

  void follow() {
    const alarm_rule* raises = nullptr;
    for (const auto& rule : of_.raising) {
      if (judge(rule) == verdict::yes) {
        raises = &rule;
        break;
      }
    }
    if (raises != nullptr) {
      raise(*raises);
      if (of_.clearing) {
        forget(*of_.clearing);
      }
    } else if (of_.clearing && outputs_.active(of_.type) && judge(*of_.clearing) == verdict::yes) {
      auto action = action_of(*of_.clearing, alarm_consequence::kind::clear);
      forget_all();
      outputs_.act(std::move(action));
    }
  }

  /// When the first of the rules may become true by itself, or a schedule ends what is under way.
  std::optional<timestamp> next() const {
    std::optional<timestamp> first;
    const auto active = outputs_.active(of_.type);
    const auto add = [&](const alarm_rule& rule) {
      const auto at = rule.spec.what == alarm_spec::kind::lasting   ? next_of_lasting(rule)
                      : rule.spec.what == alarm_spec::kind::at_once ? next_of_simple(rule)
                                                                    : std::nullopt;
      first = first && at ? std::min(*first, *at) : (first ? first : at);
    };
    for (const auto& rule : of_.raising) {
      if (!active || rule.severity < *active) {
        add(rule);
      }
    }
    if (of_.clearing && active) {
      add(*of_.clearing);
    }
    return first;
  }

  void forget_all() {
    for (const auto& rule : of_.raising) {
      forget(rule);
    }
    if (of_.clearing) {
      forget(*of_.clearing);
    }
  }

private:
  const rule_progress* find(const alarm_rule& rule) const {
    const auto found = std::ranges::find(progress_, rule.fingerprint, &rule_progress::fingerprint);
    return found == progress_.end() ? nullptr : &*found;
  }

  std::optional<timestamp> next_of_lasting(const alarm_rule& rule) const {
    const auto* begun = find(rule);
    if (begun == nullptr) {
      return std::nullopt;
    }
    std::optional<timestamp> at;
    if (const auto amount = demanded(of_, rule, inputs_)) {
      at = std::max(begun->since_here, begun->since_here + *amount) + 1;
    }
    if (const auto end = schedule_of(of_, rule, inputs_).next_change(now_)) {
      at = at ? std::min(*at, *end) : end;
    }
    return may_change(rule) ? std::min(at.value_or(now_ + look_again), now_ + look_again) : at;
  }

  /// A condition that is true already waits for its schedule.
  std::optional<timestamp> next_of_simple(const alarm_rule& rule) const {
    if (!has_schedule(rule)) {
      return std::nullopt;
    }
    const auto schedule = schedule_of(of_, rule, inputs_);
    if (schedule.holds_at(now_) || !condition_holds(of_, rule, inputs_)) {
      return std::nullopt;
    }
    return schedule.next_change(now_);
  }

  /// Others say how long it must last, or when, and nobody tells when they say something else.
  bool may_change(const alarm_rule& rule) const {
    const auto others = [this](program_place at) { return of_.sources[at].of_others(); };
    return std::ranges::any_of(rule.spec.amount.sources, others) ||
           std::ranges::any_of(rule.schedule_from, others);
  }

  bool looked_at(const alarm_rule& rule) const {
    if (!tick_) {
      return std::ranges::any_of(
          rule.looks_at, [this](auto source) { return concerns(of_.sources[source], update_); });
    }
    return rule.spec.what == alarm_spec::kind::at_once
               ? has_schedule(rule) && has_begun(schedule_of(of_, rule, inputs_))
               : rule.spec.what == alarm_spec::kind::lasting && find(rule) != nullptr;
  }

  /// Since the tick was wanted.
  bool has_begun(const alarm_schedule& schedule) const {
    return schedule.holds_at(now_) && !schedule.holds_at(std::min(update_.ts, now_) - 1);
  }

  static bool has_schedule(const alarm_rule& rule) noexcept {
    return !rule.schedule.always() || !rule.schedule_from.empty();
  }

  rule_progress& begin(const alarm_rule& rule) {
    const auto found = std::ranges::find(progress_, rule.fingerprint, &rule_progress::fingerprint);
    if (found != progress_.end()) {
      return *found;
    }
    progress_.push_back({rule.fingerprint, ts_, now_, 0});
    return progress_.back();
  }

  void forget(const alarm_rule& rule) {
    std::erase_if(progress_, [&](const auto& one) { return one.fingerprint == rule.fingerprint; });
  }

  verdict judge(const alarm_rule& rule) {
    if (!looked_at(rule)) {
      return verdict::not_looked_at;
    }
    // What lasts was true with the last update.
    const bool lasting_tick = tick_ && rule.spec.what == alarm_spec::kind::lasting;
    const bool holds = schedule_of(of_, rule, inputs_).holds_at(ts_) &&
                       (lasting_tick || condition_holds(of_, rule, inputs_));
    if (!holds) {
      forget(rule);
      return verdict::no;
    }
    if (rule.spec.what == alarm_spec::kind::at_once) {
      return verdict::yes;
    }
    auto& begun = begin(rule);
    const auto amount = demanded(of_, rule, inputs_);
    bool enough = false;
    if (rule.spec.what == alarm_spec::kind::repeating) {
      ++begun.repeats;
      enough = amount && begun.repeats >= *amount;
    } else {
      enough = amount && lasted(begun) > *amount;
    }
    return enough ? verdict::yes : verdict::not_yet;
  }

  /// By the clock of whoever makes the values, or by ours: a device that sends late what it has
  /// measured, and one that falls silent.
  milliseconds lasted(const rule_progress& begun) const {
    const milliseconds here = now_ - begun.since_here;
    return tick_ ? here : std::max(ts_ - begun.since, here);
  }

  void raise(const alarm_rule& rule) {
    const auto active = outputs_.active(of_.type);
    if (!active || rule.severity < *active || (rule.severity == *active && !tick_)) {
      outputs_.act(action_of(rule, alarm_consequence::kind::raise));
    }
  }

  alarm_consequence action_of(const alarm_rule& rule, alarm_consequence::kind what) const {
    alarm_consequence action{what, &of_, rule.severity, alarm_details(of_, rule, inputs_), ts_};
    const auto* begun = find(rule);
    if (begun != nullptr && rule.spec.what == alarm_spec::kind::repeating) {
      action.repeats = begun->repeats;
    } else if (begun != nullptr && rule.spec.what == alarm_spec::kind::lasting) {
      action.duration = lasted(*begun);
    }
    return action;
  }

  const alarm_program& of_;
  rules_progress& progress_;
  const alarm_update& update_;
  const bool tick_;
  const timestamp now_;
  /// Of what is new, not later than now.
  const timestamp ts_;
  const alarm_inputs& inputs_;
  alarm_outputs& outputs_;
};

bool has(const alarm_program& program, std::uint64_t fingerprint) {
  const auto is = [&](const alarm_rule& rule) { return rule.fingerprint == fingerprint; };
  return std::ranges::any_of(program.raising, is) || (program.clearing && is(*program.clearing));
}

} // namespace

std::optional<timestamp> follow_alarms(const alarm_programs& programs, rules_progress& progress,
                                       const alarm_update& update, timestamp now,
                                       const alarm_inputs& inputs, alarm_outputs& outputs) {
  std::erase_if(progress, [&](const rule_progress& one) {
    return std::ranges::none_of(programs,
                                [&](const auto& of) { return has(*of, one.fingerprint); });
  });
  std::optional<timestamp> next;
  for (const auto& program : programs) {
    program_follower one(*program, progress, update, now, inputs, outputs);
    one.follow();
    if (const auto at = one.next()) {
      next = next ? std::min(*next, *at) : at;
    }
  }
  return next && *next <= now ? now + look_again : next;
}

void forget_progress(const alarm_programs& programs, std::string_view type,
                     rules_progress& progress) {
  for (const auto& program : programs) {
    if (program->type == type) {
      std::erase_if(progress, [&](const auto& one) { return has(*program, one.fingerprint); });
    }
  }
}

} // namespace muster
