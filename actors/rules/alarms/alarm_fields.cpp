#include "actors/rules/alarms/alarm_fields.hpp"

#include "actors/rules/alarms/program_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster {

namespace {

bool is_variable(std::string_view name) noexcept {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
  };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// Reads one field.
class alarm_field_reader {
public:
  std::shared_ptr<const alarm_program> read(const std::string& type, std::string_view identity,
                                            const json_place& from) {
    for (const auto& [name, place] : from["arguments"].members()) {
      read_argument(name, place);
    }
    to_.propagation(from);
    to_.rules(from, identity,
              [this](const json_place& at, alarm_rule& rule) { read_rule(at, rule); });
    return std::move(to_).end(type);
  }

private:
  using kind = alarm_source::kind;

  void read_argument(const std::string& name, const json_place& at) {
    const auto key = at["refEntityKey"];
    alarm_source source;
    source.what = std::array{kind::latest_telemetry,
                             kind::attribute}[key["type"].choice({"TS_LATEST", "ATTRIBUTE"})];
    source.key = key["key"].text();
    if (source.what == kind::attribute && key["scope"].there()) {
      source.scope = std::array{attribute_scope::client, attribute_scope::shared,
                                attribute_scope::server}[key["scope"].choice(
          {"CLIENT_SCOPE", "SHARED_SCOPE", "SERVER_SCOPE"})];
    }
    source.otherwise = at["defaultValue"].any();
    read_entity(at, source);
    to_.name(name, to_.add(std::move(source), at));
  }

  /// Of others than the device itself, only server attributes of customers and of its tenant are
  /// known.
  static void read_entity(const json_place& at, alarm_source& source) {
    const auto dynamic = at["refDynamicSourceConfiguration"];
    const auto fixed = at["refEntityId"];
    if (!dynamic.there() && !fixed.there()) {
      return;
    }
    if (source.what != kind::attribute || source.scope != attribute_scope::server) {
      (dynamic.there() ? dynamic : fixed).refuse("has server attributes only");
    }
    source.scope.reset();
    if (dynamic.there()) {
      dynamic["type"].choice({"CURRENT_OWNER"});
      source.what = kind::owner_attribute;
    } else if (fixed["entityType"].choice({"CUSTOMER", "TENANT"}) == 1) {
      source.what = kind::tenant_attribute;
    } else {
      source.what = kind::customer_attribute;
      // Without identifier: of the device's customer, whoever that is.
      const auto id = fixed.id();
      source.customer = id ? std::optional(customer_id{*id}) : std::nullopt;
    }
  }

  program_place argument(const json_place& at) {
    const std::string name = at.text();
    const auto& names = to_.made().names;
    const auto found = std::ranges::find(names, name, [](const auto& one) { return one.first; });
    if (found == names.end()) {
      at.refuse("is not among the arguments");
      return 0;
    }
    looked_at_.push_back(found->second);
    return found->second;
  }

  void read_rule(const json_place& at, alarm_rule& rule) {
    looked_at_.clear();
    const auto condition = at["condition"];
    rule.condition = read_expression(condition["expression"]);
    read_spec(condition, rule.spec);
    read_schedule(condition["schedule"], rule);
    std::ranges::sort(looked_at_);
    looked_at_.erase(std::ranges::unique(looked_at_).begin(), looked_at_.end());
    rule.looks_at = looked_at_;
  }

  program_place read_expression(const json_place& at) {
    if (at["type"].choice({"SIMPLE", "TBEL"}) == 1) {
      return read_script(at["expression"]);
    }
    alarm_step step;
    step.what = combined(at["operation"]);
    for (const auto& filter : at["filters"].list()) {
      const auto source = argument(filter["argument"]);
      alarm_step all;
      all.what = combined(filter["operation"]);
      for (const auto& predicate : filter["predicates"].list()) {
        all.parts.push_back(to_.predicate(predicate, source, operands_));
      }
      step.parts.push_back(to_.add(std::move(all), filter));
    }
    return to_.add(std::move(step), at);
  }

  static alarm_step::kind combined(const json_place& operation) {
    return operation.there() && operation.choice({"AND", "OR"}) == 1 ? alarm_step::kind::any
                                                                     : alarm_step::kind::all;
  }

  program_place read_script(const json_place& at) {
    std::string body = "var ctx=msg";
    for (const auto& [name, source] : to_.made().names) {
      if (!is_variable(name)) {
        at.refuse("cannot use the argument '" + name + "', which is not the name of a variable");
      }
      body += ',' + name + "=msg." + name;
      looked_at_.push_back(source);
    }
    alarm_step step;
    step.what = alarm_step::kind::script;
    step.asks.emplace(
        script_source{body + "; " + at.text(), script_language::tbel, script_kind::filter});
    return to_.add(std::move(step), at);
  }

  alarm_operand read_operand(const json_place& at, predicate_form::kind what) {
    alarm_operand operand{{}, read_compared(at["staticValue"], what)};
    if (!operand.otherwise) {
      operand.sources = {argument(at["dynamicValueArgument"])};
    }
    return operand;
  }

  void read_spec(const json_place& at, alarm_spec& spec) {
    using spec_kind = alarm_spec::kind;
    spec.what =
        std::array{spec_kind::at_once, spec_kind::lasting,
                   spec_kind::repeating}[at["type"].choice({"SIMPLE", "DURATION", "REPEATING"})];
    if (spec.what == spec_kind::lasting) {
      spec.unit = read_time_unit(at["unit"]);
      spec.amount = read_operand(at["value"], predicate_form::kind::number);
    } else if (spec.what == spec_kind::repeating) {
      spec.amount = read_operand(at["count"], predicate_form::kind::number);
    }
  }

  void read_schedule(const json_place& at, alarm_rule& rule) {
    const auto fixed = at["staticValue"];
    if (fixed.there()) {
      rule.schedule = alarm_schedule::read(fixed);
    } else if (at.there()) {
      rule.schedule_from = {argument(at["dynamicValueArgument"])};
    }
  }

  program_builder to_;
  const program_builder::operand_reader operands_ =
      [this](const json_place& at, predicate_form::kind what) { return read_operand(at, what); };
  std::vector<program_place> looked_at_;
};

} // namespace

result<std::shared_ptr<const alarm_program>>
read_alarm_field(const std::string& type, std::string_view identity,
                 const nlohmann::ordered_json& configuration) {
  std::optional<error> fault;
  const json_place place(&configuration, "configuration", fault);
  auto made = alarm_field_reader().read(type, identity, place);
  if (fault) {
    return tl::unexpected(*fault);
  }
  return made;
}

} // namespace muster
