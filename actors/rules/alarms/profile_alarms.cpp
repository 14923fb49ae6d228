#include "actors/rules/alarms/profile_alarms.hpp"

#include "actors/rules/alarms/program_builder.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace muster {

namespace {

using source_kind = alarm_source::kind;

/// Reads the alarms of one profile, one after the other.
class profile_alarm_reader {
public:
  std::shared_ptr<const alarm_program> read(const json_place& alarm) {
    const std::string type = alarm["alarmType"].text();
    const std::string identity = alarm["id"].text_or(type);
    to_.propagation(alarm);
    to_.rules(alarm, identity,
              [this](const json_place& at, alarm_rule& rule) { read_rule(at, rule); });
    return std::move(to_).end(type);
  }

private:
  void read_rule(const json_place& at, alarm_rule& rule) {
    looked_at_.clear();
    alarm_step all;
    const auto condition = at["condition"];
    for (const auto& filter : condition["condition"].list()) {
      const auto source = read_source(filter);
      looked_at_.push_back(source);
      all.parts.push_back(to_.predicate(filter["predicate"], source, operands_));
    }
    rule.condition = to_.add(std::move(all), condition);
    read_spec(condition["spec"], rule.spec);
    rule.looks_at = telemetry_first();
    if (const auto schedule = at["schedule"]; schedule.there()) {
      rule.schedule = alarm_schedule::read(schedule);
      rule.schedule_from = read_dynamic(schedule["dynamicValue"]);
    }
  }

  /// As in ThingsBoard, changed attributes alone do not have a rule looked at that is about
  /// telemetry, too.
  std::vector<program_place> telemetry_first() {
    const auto is = [this](source_kind kind) {
      return [this, kind](program_place at) { return to_.made().sources[at].what == kind; };
    };
    std::ranges::sort(looked_at_);
    looked_at_.erase(std::ranges::unique(looked_at_).begin(), looked_at_.end());
    const bool any = std::ranges::any_of(looked_at_, is(source_kind::latest_telemetry));
    std::vector<program_place> kept;
    std::ranges::copy_if(looked_at_, std::back_inserter(kept),
                         is(any ? source_kind::latest_telemetry : source_kind::attribute));
    return kept;
  }

  program_place read_source(const json_place& filter) {
    const auto key = filter["key"];
    alarm_source source;
    constexpr std::array kinds{source_kind::attribute, source_kind::latest_telemetry,
                               source_kind::field, source_kind::constant};
    source.what =
        kinds[key["type"].choice({"ATTRIBUTE", "TIME_SERIES", "ENTITY_FIELD", "CONSTANT"})];
    source.key = key["key"].text();
    const std::string name = source.key;
    if (source.what == source_kind::constant) {
      source.otherwise = filter["value"].any();
    }
    const auto place = to_.add(std::move(source), key);
    to_.name(name, place);
    return place;
  }

  alarm_operand read_operand(const json_place& at, predicate_form::kind what) {
    return {read_dynamic(at["dynamicValue"]), read_compared(at["defaultValue"], what)};
  }

  /// Where the value is looked for, in that order.
  std::vector<program_place> read_dynamic(const json_place& at) {
    std::vector<program_place> places;
    const std::string key = at["sourceAttribute"].text_or("");
    if (!at.there() || key.empty()) {
      return places;
    }
    constexpr std::array kinds{source_kind::attribute, source_kind::customer_attribute,
                               source_kind::tenant_attribute};
    auto kind = at["sourceType"].choice({"CURRENT_DEVICE", "CURRENT_CUSTOMER", "CURRENT_TENANT"});
    const auto last = at["inherit"].flag_or(false) ? kinds.size() - 1 : kind;
    for (; kind <= last; ++kind) {
      places.push_back(to_.add({kinds[kind], std::nullopt, key}, at));
    }
    looked_at_.insert(looked_at_.end(), places.begin(), places.end());
    return places;
  }

  void read_spec(const json_place& at, alarm_spec& spec) {
    if (!at.there()) {
      return;
    }
    using kind = alarm_spec::kind;
    constexpr std::array kinds{kind::at_once, kind::lasting, kind::repeating};
    spec.what = kinds[at["type"].choice({"SIMPLE", "DURATION", "REPEATING"})];
    if (spec.what == kind::at_once) {
      return;
    }
    if (spec.what == kind::lasting) {
      spec.unit = read_time_unit(at["unit"]);
    }
    // The oldest exports have the plain number.
    const auto old = at[spec.what == kind::lasting ? "value" : "count"];
    spec.amount = old.there() ? alarm_operand{{}, read_compared(old, predicate_form::kind::number)}
                              : read_operand(at["predicate"], predicate_form::kind::number);
    if (!spec.amount.otherwise) {
      at["predicate"]["defaultValue"].refuse("is missing");
    }
  }

  program_builder to_;
  const program_builder::operand_reader operands_ =
      [this](const json_place& at, predicate_form::kind what) { return read_operand(at, what); };
  std::vector<program_place> looked_at_;
};

} // namespace

result<alarm_programs> read_profile_alarms(const nlohmann::ordered_json& profile_data) {
  alarm_programs programs;
  if (!profile_data.is_object()) {
    return programs;
  }
  std::optional<error> fault;
  const json_place place(&profile_data, "profileData", fault);
  for (const auto& alarm : place["alarms"].list()) {
    programs.push_back(profile_alarm_reader().read(alarm));
  }
  programs.shrink_to_fit();
  return fault ? result<alarm_programs>(tl::unexpected(*fault)) : programs;
}

} // namespace muster
