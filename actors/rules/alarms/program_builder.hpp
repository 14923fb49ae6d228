#pragma once

#include "actors/rules/alarms/alarm_program.hpp"
#include "actors/rules/alarms/json_place.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// The kind of a predicate and how it compares.
struct predicate_form {
  enum class kind : std::uint8_t { number, text, flag, complex };
  kind what = kind::number;
  comparison how = comparison::equal;
  bool ignore_case = false;
  /// Of a complex one: any of its predicates, else all.
  bool any = false;
};

/// Reads what both forms of alarm rules have in common into one program. What is wrong goes to the
/// place where it is. For one program only.
class program_builder {
public:
  /// The place of the source; equal ones are the same.
  program_place add(alarm_source&& source, const json_place& at);
  program_place add(alarm_step&& step, const json_place& at);

  /// `propagate` and its like.
  void propagation(const json_place& alarm);

  /// Predicates in predicates; `read` reads what a value is compared with.
  using operand_reader = std::function<alarm_operand(const json_place&, predicate_form::kind)>;
  program_place predicate(const json_place& at, program_place source, const operand_reader& read,
                          int depth = 0);

  /// Reads all rules; `read` fills in condition, spec, schedule and what it looks at.
  template <class Read>
  void rules(const json_place& alarm, std::string_view identity, const Read& read) {
    for (const auto& [name, place] : alarm["createRules"].members()) {
      const auto severity = parse_severity(name);
      if (!severity) {
        place.refuse("is no severity");
        continue;
      }
      alarm_rule rule = begin_rule(place, identity, name);
      rule.severity = *severity;
      read(place, rule);
      made_.raising.push_back(std::move(rule));
    }
    if (const auto place = alarm["clearRule"]; place.there()) {
      alarm_rule rule = begin_rule(place, identity, "CLEAR");
      read(place, rule);
      made_.clearing = std::move(rule);
    }
  }

  /// What details and scripts may call the source.
  void name(std::string_view name, program_place source);

  const alarm_program& made() const noexcept { return made_; }
  std::shared_ptr<const alarm_program> end(std::string type) &&;

private:
  static alarm_rule begin_rule(const json_place& at, std::string_view identity,
                               std::string_view role);

  alarm_program made_;
};

/// What a predicate of that kind is compared with when no source says it.
std::optional<value> read_compared(const json_place& at, predicate_form::kind what);

/// Milliseconds of a unit's name.
milliseconds read_time_unit(const json_place& at);

} // namespace muster
