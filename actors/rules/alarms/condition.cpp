#include "actors/rules/alarms/condition.hpp"

#include "actors/rules/alarms/alarm_values.hpp"
#include "actors/rules/engine/body_values.hpp"
#include "persistence/directory/lower_case.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace muster {

namespace {

std::optional<value> given_by_others(const alarm_source& source, const alarm_inputs& inputs) {
  using kind = alarm_source::kind;
  const auto customer = source.customer ? source.customer : inputs.customer();
  if (source.what == kind::tenant_attribute ||
      (source.what == kind::owner_attribute && !customer)) {
    return inputs.tenant_attribute(source.key);
  }
  return customer ? inputs.customer_attribute(*customer, source.key) : std::nullopt;
}

std::optional<value> given_by(const alarm_source& source, const alarm_inputs& inputs) {
  using kind = alarm_source::kind;
  constexpr std::array scopes{attribute_scope::client, attribute_scope::shared,
                              attribute_scope::server};
  switch (source.what) {
  case kind::latest_telemetry:
    return inputs.latest(source.key);
  case kind::attribute:
    for (const auto scope : scopes) {
      auto found = source.scope.value_or(scope) == scope ? inputs.attribute(scope, source.key)
                                                         : std::nullopt;
      if (found) {
        return found;
      }
    }
    return std::nullopt;
  case kind::customer_attribute:
  case kind::tenant_attribute:
  case kind::owner_attribute:
    return given_by_others(source, inputs);
  case kind::field:
    return inputs.field(source.key);
  case kind::constant:
    break;
  }
  return std::nullopt;
}

std::optional<value> value_of(const alarm_source& source, const alarm_inputs& inputs) {
  auto found = given_by(source, inputs);
  return found ? found : source.otherwise;
}

template <class Of>
bool in_order(const Of& a, const Of& b, comparison how) {
  switch (how) {
  case comparison::equal:
    return a == b;
  case comparison::not_equal:
    return a != b;
  case comparison::greater:
    return a > b;
  case comparison::less:
    return a < b;
  case comparison::greater_or_equal:
    return a >= b;
  case comparison::less_or_equal:
    return a <= b;
  default:
    return false;
  }
}

bool texts_hold(const std::string& a, const std::string& b, comparison how) {
  switch (how) {
  case comparison::starts_with:
    return a.starts_with(b);
  case comparison::ends_with:
    return a.ends_with(b);
  case comparison::contains:
    return a.find(b) != std::string::npos;
  case comparison::not_contains:
    return a.find(b) == std::string::npos;
  case comparison::in:
    return listed(b, a);
  case comparison::not_in:
    return !listed(b, a);
  default:
    return in_order(a, b, how);
  }
}

/// Looks at the conditions of one program.
class condition_reader {
public:
  condition_reader(const alarm_program& of, const alarm_inputs& inputs)
      : of_(of), inputs_(inputs) {}

  bool holds(program_place at) const {
    const auto& step = of_.steps[at];
    switch (step.what) {
    case alarm_step::kind::all:
      return std::ranges::all_of(step.parts, [this](auto part) { return holds(part); });
    case alarm_step::kind::any:
      return std::ranges::any_of(step.parts, [this](auto part) { return holds(part); });
    case alarm_step::kind::script:
      return asked(step);
    default:
      return compared(step);
    }
  }

  /// What the operand is, read by `read`, which may find it unreadable.
  template <class Read>
  auto operand(const alarm_operand& with, const Read& read) const -> decltype(read(value{})) {
    for (const auto source : with.sources) {
      if (const auto found = value_of(of_.sources[source], inputs_)) {
        if (auto said = read(*found)) {
          return said;
        }
        break;
      }
    }
    return with.otherwise ? read(*with.otherwise) : std::nullopt;
  }

private:
  bool compared(const alarm_step& step) const {
    const auto found = value_of(of_.sources[step.source], inputs_);
    if (!found) {
      return false;
    }
    if (step.what == alarm_step::kind::number) {
      const auto a = alarm_number(*found);
      const auto b = operand(step.with, [](const value& one) { return alarm_number(one); });
      return a && b && in_order(*a, *b, step.how);
    }
    if (step.what == alarm_step::kind::flag) {
      const auto b =
          operand(step.with, [](const value& one) { return std::optional(alarm_flag(one)); });
      return b && in_order(alarm_flag(*found), *b, step.how);
    }
    const auto text = [&](const value& one) {
      return std::optional(step.ignore_case ? persistence::lower_case(alarm_text(one))
                                            : alarm_text(one));
    };
    const auto b = operand(step.with, text);
    return b && texts_hold(*text(*found), *b, step.how);
  }

  bool asked(const alarm_step& step) const {
    std::vector<key_value> values;
    for (const auto& [name, source] : of_.names) {
      auto found = value_of(of_.sources[source], inputs_);
      if (!found) {
        return false;
      }
      values.push_back({name, std::move(*found)});
    }
    return inputs_.ask(*step.asks, body_text(values)).value_or(false);
  }

  const alarm_program& of_;
  const alarm_inputs& inputs_;
};

/// `${name}` replaced by what the program's source of that name has now.
std::string filled(const alarm_program& of, const std::string& text, const alarm_inputs& inputs) {
  std::string made;
  std::size_t at = 0;
  for (;;) {
    const auto begin = text.find("${", at);
    const auto end = begin == std::string::npos ? begin : text.find('}', begin);
    if (end == std::string::npos) {
      return made + text.substr(at);
    }
    const std::string_view name(text.data() + begin + 2, end - begin - 2);
    const auto found = std::ranges::find(
        of.names, name, [](const auto& one) { return std::string_view(one.first); });
    const auto known =
        found == of.names.end() ? std::nullopt : value_of(of.sources[found->second], inputs);
    made.append(text, at, begin - at);
    made += known ? alarm_text(*known) : text.substr(begin, end + 1 - begin);
    at = end + 1;
  }
}

} // namespace

bool condition_holds(const alarm_program& of, const alarm_rule& rule, const alarm_inputs& inputs) {
  return condition_reader(of, inputs).holds(rule.condition);
}

alarm_schedule schedule_of(const alarm_program& of, const alarm_rule& rule,
                           const alarm_inputs& inputs) {
  for (const auto source : rule.schedule_from) {
    if (const auto found = value_of(of.sources[source], inputs)) {
      if (const auto read = alarm_schedule::parse(alarm_text(*found))) {
        return *read;
      }
      break;
    }
  }
  return rule.schedule;
}

std::optional<std::int64_t> demanded(const alarm_program& of, const alarm_rule& rule,
                                     const alarm_inputs& inputs) {
  // Beyond what clocks count, and far enough from an overflow.
  constexpr double most = 1e15;
  const auto amount = condition_reader(of, inputs).operand(rule.spec.amount, [](const value& one) {
    return alarm_number(one);
  });
  if (!amount) {
    return std::nullopt;
  }
  const double whole = std::trunc(*amount) * static_cast<double>(rule.spec.unit);
  return static_cast<std::int64_t>(std::clamp(whole, -most, most));
}

std::optional<std::string> alarm_details(const alarm_program& of, const alarm_rule& rule,
                                         const alarm_inputs& inputs) {
  if (rule.details.empty() && !rule.dashboard) {
    return std::nullopt;
  }
  nlohmann::ordered_json details;
  if (!rule.details.empty()) {
    details["data"] = filled(of, rule.details, inputs);
  }
  if (rule.dashboard) {
    details["dashboardId"] = to_string(*rule.dashboard);
  }
  return details.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace muster
