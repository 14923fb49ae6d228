#include "actors/rules/alarms/program_builder.hpp"

#include "actors/rules/alarms/alarm_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster {

namespace {

/// Of sources, and of steps: what no person writes.
constexpr std::size_t most_parts = 1'000;

/// FNV-1a: the same in all processes and versions.
std::uint64_t hash_of(std::initializer_list<std::string_view> texts) noexcept {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  const auto add = [&](char c) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
  };
  for (const auto text : texts) {
    std::ranges::for_each(text, add);
    add('\0');
  }
  return hash;
}

/// Predicates in each other.
constexpr int deepest_predicate = 16;

template <class Part>
program_place append(std::vector<Part>& to, Part&& part, const json_place& at) {
  if (to.size() >= most_parts) {
    at.refuse("is too long");
    return 0;
  }
  to.push_back(std::move(part));
  return static_cast<program_place>(to.size() - 1);
}

predicate_form read_predicate_form(const json_place& at) {
  using kind = predicate_form::kind;
  using enum comparison;
  constexpr std::array kinds{kind::number, kind::text, kind::flag, kind::complex};
  constexpr std::array numbers{equal, not_equal, greater, less, greater_or_equal, less_or_equal};
  constexpr std::array texts{equal,    not_equal,    starts_with, ends_with,
                             contains, not_contains, in,          not_in};
  constexpr std::array flags{equal, not_equal};
  predicate_form form;
  form.what = kinds[at["type"].choice({"NUMERIC", "STRING", "BOOLEAN", "COMPLEX"})];
  const auto operation = at["operation"];
  switch (form.what) {
  case kind::number:
    form.how = numbers[operation.choice(
        {"EQUAL", "NOT_EQUAL", "GREATER", "LESS", "GREATER_OR_EQUAL", "LESS_OR_EQUAL"})];
    break;
  case kind::text:
    form.how = texts[operation.choice({"EQUAL", "NOT_EQUAL", "STARTS_WITH", "ENDS_WITH", "CONTAINS",
                                       "NOT_CONTAINS", "IN", "NOT_IN"})];
    form.ignore_case = at["ignoreCase"].flag_or(false);
    break;
  case kind::flag:
    form.how = flags[operation.choice({"EQUAL", "NOT_EQUAL"})];
    break;
  case kind::complex:
    form.any = operation.choice({"AND", "OR"}) == 1;
    break;
  }
  return form;
}

} // namespace

program_place program_builder::add(alarm_source&& source, const json_place& at) {
  const auto found = std::ranges::find(made_.sources, source);
  return found != made_.sources.end() ? static_cast<program_place>(found - made_.sources.begin())
                                      : append(made_.sources, std::move(source), at);
}

program_place program_builder::add(alarm_step&& step, const json_place& at) {
  return append(made_.steps, std::move(step), at);
}

void program_builder::name(std::string_view name, program_place source) {
  const bool known =
      std::ranges::any_of(made_.names, [&](const auto& one) { return one.first == name; });
  if (!known) {
    made_.names.emplace_back(name, source);
  }
}

program_place program_builder::predicate(const json_place& at, program_place source,
                                         const operand_reader& read, int depth) {
  using step_kind = alarm_step::kind;
  const auto form = read_predicate_form(at);
  alarm_step step;
  if (form.what != predicate_form::kind::complex) {
    constexpr std::array kinds{step_kind::number, step_kind::text, step_kind::flag};
    step.what = kinds[static_cast<std::size_t>(form.what)];
    step.how = form.how;
    step.ignore_case = form.ignore_case;
    step.source = source;
    step.with = read(at["value"], form.what);
    return add(std::move(step), at);
  }
  if (depth == deepest_predicate) {
    at.refuse("is too deep");
    return 0;
  }
  step.what = form.any ? step_kind::any : step_kind::all;
  for (const auto& part : at["predicates"].list()) {
    step.parts.push_back(predicate(part, source, read, depth + 1));
  }
  return add(std::move(step), at);
}

void program_builder::propagation(const json_place& alarm) {
  made_.propagation.to_related = alarm["propagate"].flag_or(false);
  made_.propagation.to_owner = alarm["propagateToOwner"].flag_or(false);
  made_.propagation.to_tenant = alarm["propagateToTenant"].flag_or(false);
  for (const auto& one : alarm["propagateRelationTypes"].list()) {
    made_.propagation.relation_types.push_back(one.text());
  }
}

alarm_rule program_builder::begin_rule(const json_place& at, std::string_view identity,
                                       std::string_view role) {
  alarm_rule rule;
  const auto condition = at["condition"];
  if (!condition.there()) {
    condition.refuse("is missing");
    return rule;
  }
  rule.fingerprint = hash_of({identity, role, condition.json()->dump()});
  rule.details = at["alarmDetails"].text_or("");
  rule.dashboard = at["dashboardId"].id();
  return rule;
}

std::shared_ptr<const alarm_program> program_builder::end(std::string type) && {
  made_.type = std::move(type);
  std::ranges::sort(made_.raising, {}, &alarm_rule::severity);
  made_.sources.shrink_to_fit();
  made_.steps.shrink_to_fit();
  made_.names.shrink_to_fit();
  made_.raising.shrink_to_fit();
  return std::make_shared<const alarm_program>(std::move(made_));
}

std::optional<value> read_compared(const json_place& at, predicate_form::kind what) {
  auto read = at.any();
  if (!read) {
    return read;
  }
  if (what == predicate_form::kind::number) {
    const auto number = alarm_number(*read);
    if (!number) {
      at.refuse("must be a number");
    }
    return number ? std::optional<value>(*number) : std::nullopt;
  }
  return what == predicate_form::kind::flag ? value(alarm_flag(*read)) : value(alarm_text(*read));
}

milliseconds read_time_unit(const json_place& at) {
  constexpr std::array<milliseconds, 5> units{1, 1'000, 60'000, 3'600'000, 86'400'000};
  return units[at.choice({"MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS"})];
}

} // namespace muster
