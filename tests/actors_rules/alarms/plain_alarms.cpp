#include "tests/actors_rules/alarms/plain_alarms.hpp"

#include "tests/actors_rules/alarms/plain_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace muster::test {

namespace {

using json = nlohmann::ordered_json;
using namespace plain_values;

const std::array<std::string, 5> severities{"CRITICAL", "MAJOR", "MINOR", "WARNING",
                                            "INDETERMINATE"};

/// Null: absent.
json find_attribute(const alarm_world& world, const std::string& key) {
  for (const auto& scope : world.attributes) {
    if (scope.contains(key)) {
      return plain(scope.at(key));
    }
  }
  return {};
}

json of_key(const json& filter, const alarm_world& world) {
  const std::string type = filter.at("key").at("type");
  const std::string key = filter.at("key").at("key");
  if (type == "TIME_SERIES") {
    return plain(world.latest(key));
  }
  if (type == "ENTITY_FIELD") {
    return plain(world.field(key));
  }
  return type == "CONSTANT" ? filter.at("value") : find_attribute(world, key);
}

json dynamic(const json& operand, const alarm_world& world) {
  if (!operand.contains("dynamicValue")) {
    return {};
  }
  const auto& from = operand.at("dynamicValue");
  const std::string key = from.at("sourceAttribute");
  const std::string type = from.at("sourceType");
  const bool inherit = from.value("inherit", false);
  json found = type == "CURRENT_DEVICE" ? find_attribute(world, key) : json();
  if (found.is_null() && (type == "CURRENT_CUSTOMER" || (type == "CURRENT_DEVICE" && inherit))) {
    found = world.owner ? plain(world.customer_attribute(*world.owner, key)) : json();
  }
  if (found.is_null() && (type == "CURRENT_TENANT" || inherit)) {
    found = plain(world.tenant_attribute(key));
  }
  return found;
}

json operand(const std::string& type, const json& from, const alarm_world& world) {
  const json found = as(type, dynamic(from, world));
  return found.is_null() ? as(type, from.at("defaultValue")) : found;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return text;
}

bool in_list(const std::string& list, const std::string& wanted) {
  return (',' + list + ',').find(',' + wanted + ',') != std::string::npos;
}

bool text_holds(std::string a, std::string b, const json& predicate) {
  const std::string how = predicate.at("operation");
  if (predicate.value("ignoreCase", false)) {
    a = lower(a);
    b = lower(b);
  }
  const bool negated = how.starts_with("NOT_");
  const std::string plain_how = negated ? how.substr(4) : how;
  bool holds = false;
  if (plain_how == "EQUAL") {
    holds = a == b;
  } else if (plain_how == "STARTS_WITH") {
    holds = a.rfind(b, 0) == 0;
  } else if (plain_how == "ENDS_WITH") {
    holds = a.size() >= b.size() && a.substr(a.size() - b.size()) == b;
  } else if (plain_how == "CONTAINS") {
    holds = a.find(b) != std::string::npos;
  } else {
    holds = in_list(b, a);
  }
  return holds != negated;
}

bool holds(const json& predicate, const json& what, const alarm_world& world) {
  const std::string type = predicate.at("type");
  const std::string how = predicate.at("operation");
  if (type == "COMPLEX") {
    const auto& parts = predicate.at("predicates");
    const auto one = [&](const json& part) { return holds(part, what, world); };
    return how == "AND" ? std::all_of(parts.begin(), parts.end(), one)
                        : std::any_of(parts.begin(), parts.end(), one);
  }
  const json a = as(type, what);
  const json b = operand(type, predicate.at("value"), world);
  if (a.is_null() || b.is_null()) {
    return false;
  }
  if (type == "STRING") {
    return text_holds(a, b, predicate);
  }
  return (how == "EQUAL" && a == b) || (how == "NOT_EQUAL" && a != b) ||
         (how == "GREATER" && a > b) || (how == "LESS" && a < b) ||
         (how == "GREATER_OR_EQUAL" && a >= b) || (how == "LESS_OR_EQUAL" && a <= b);
}

/// Of the time zones two hours before and after UTC only.
bool on_time(const json& rule, timestamp ts, const alarm_world& world) {
  if (!rule.contains("schedule")) {
    return true;
  }
  const json given = text(dynamic(rule.at("schedule"), world));
  const json read =
      given.is_string() ? json::parse(given.get<std::string>(), nullptr, false) : json();
  const json& schedule = read.is_object() ? read : rule.at("schedule");
  if (schedule.at("type") == "ANY_TIME") {
    return true;
  }
  constexpr timestamp hour = 3'600'000;
  const timestamp local = ts + (schedule.at("timezone") == "Etc/GMT-2" ? 2 * hour : -2 * hour);
  const timestamp day = local / (24 * hour);
  const timestamp since = local % (24 * hour);
  // 1970 began with a Thursday.
  const int weekday = static_cast<int>((day + 3) % 7) + 1;
  const auto inside = [&](const json& hours) {
    const timestamp begin = hours.at("startsOn");
    const timestamp end = hours.at("endsOn") == 0 ? 24 * hour : hours.at("endsOn").get<timestamp>();
    return begin <= end ? begin <= since && since < end : since >= begin || since < end;
  };
  if (schedule.at("type") == "SPECIFIC_TIME") {
    const auto& days = schedule.at("daysOfWeek");
    return std::find(days.begin(), days.end(), json(weekday)) != days.end() && inside(schedule);
  }
  for (const auto& item : schedule.at("items")) {
    if (item.at("dayOfWeek") == weekday) {
      return item.at("enabled").get<bool>() && inside(item);
    }
  }
  return false;
}

/// The device's attributes that what is compared with comes from.
void find_dynamic_keys(const json& in, std::vector<json>& keys) {
  if (in.is_object() && in.value("sourceType", "") == "CURRENT_DEVICE") {
    keys.push_back(in.at("sourceAttribute"));
  }
  for (const auto& part : in) {
    if (part.is_structured()) {
      find_dynamic_keys(part, keys);
    }
  }
}

bool wants(const json& rule, const alarm_update& update) {
  const auto& filters = rule.at("condition").at("condition");
  const auto of_type = [](const std::string& type) {
    return [type](const json& filter) { return filter.at("key").at("type") == type; };
  };
  const bool telemetry = update.what == alarm_update::kind::telemetry;
  if (!telemetry && std::any_of(filters.begin(), filters.end(), of_type("TIME_SERIES"))) {
    return false;
  }
  const auto came = [&](const json& key) {
    return std::ranges::find(update.keys, key.get<std::string>()) != update.keys.end();
  };
  std::vector<json> keys;
  for (const auto& filter : filters) {
    if (of_type(telemetry ? "TIME_SERIES" : "ATTRIBUTE")(filter)) {
      keys.push_back(filter.at("key").at("key"));
    }
  }
  if (!telemetry) {
    find_dynamic_keys(rule.at("condition"), keys);
  }
  return std::ranges::any_of(keys, came);
}

} // namespace

plain_alarms::outcome plain_alarms::judge(const std::string& name, const json& rule,
                                          const alarm_update& update, timestamp now,
                                          const alarm_world& world) {
  auto& hits = hits_[name];
  const auto& spec = rule.at("condition").at("spec");
  const bool tick = update.what == alarm_update::kind::tick;
  const timestamp ts = tick ? now : std::min(update.ts, now);
  if (tick && spec.at("type") == "SIMPLE") {
    // Only when its schedule has begun.
    const timestamp before = std::min(update.ts, now) - 1;
    if (!on_time(rule, now, world) || on_time(rule, before, world)) {
      return outcome::unknown;
    }
  } else if (tick ? spec.at("type") != "DURATION" || hits.empty() : !wants(rule, update)) {
    return outcome::unknown;
  }
  const bool lasting_tick = tick && spec.at("type") == "DURATION";
  bool all = on_time(rule, ts, world);
  for (const auto& filter : rule.at("condition").at("condition")) {
    const json what = of_key(filter, world);
    all = all && (lasting_tick || (!what.is_null() && holds(filter.at("predicate"), what, world)));
  }
  if (!all) {
    hits.clear();
    return outcome::no;
  }
  if (spec.at("type") == "SIMPLE") {
    return outcome::yes;
  }
  if (!tick) {
    hits.push_back({ts, now});
  }
  const double amount = std::trunc(operand("NUMERIC", spec.at("predicate"), world).get<double>());
  if (spec.at("type") == "REPEATING") {
    return static_cast<double>(hits.size()) >= amount ? outcome::yes : outcome::waits;
  }
  const bool long_here = static_cast<double>(now - hits.front().now) > amount * 1'000;
  const bool long_there = static_cast<double>(ts - hits.front().ts) > amount * 1'000;
  return long_here || (!tick && long_there) ? outcome::yes : outcome::waits;
}

std::vector<std::string> plain_alarms::follow(const alarm_update& update, timestamp now,
                                              const alarm_world& world) {
  std::vector<std::string> done;
  for (const auto& alarm : alarms_) {
    const std::string type = alarm.at("alarmType");
    const std::string clearing = type + "/clear";
    bool raised = false;
    for (std::size_t grade = 0; grade < severities.size() && !raised; ++grade) {
      const auto& name = severities[grade];
      if (!alarm.at("createRules").contains(name)) {
        continue;
      }
      raised = judge(type + '/' + name, alarm.at("createRules").at(name), update, now, world) ==
               outcome::yes;
      const bool known = active_.contains(type);
      if (raised && (!known || grade < active_[type] ||
                     (grade == active_[type] && update.what != alarm_update::kind::tick))) {
        active_[type] = grade;
        done.push_back("raise " + type + ' ' + name);
      }
    }
    if (raised) {
      hits_[clearing].clear();
    } else if (active_.contains(type) && alarm.contains("clearRule") &&
               judge(clearing, alarm.at("clearRule"), update, now, world) == outcome::yes) {
      done.push_back("clear " + type);
      forget(type);
    }
  }
  return done;
}

void plain_alarms::forget(const std::string& type) {
  active_.erase(type);
  for (auto& [name, hits] : hits_) {
    if (name.rfind(type + '/', 0) == 0) {
      hits.clear();
    }
  }
}

std::multiset<std::array<std::int64_t, 3>> plain_alarms::under_way() const {
  std::multiset<std::array<std::int64_t, 3>> all;
  const auto add = [&](const std::string& name, const json& rule) {
    const auto found = hits_.find(name);
    if (found == hits_.end() || found->second.empty()) {
      return;
    }
    const auto& first = found->second.front();
    const bool counts = rule.at("condition").at("spec").at("type") == "REPEATING";
    all.insert({first.ts, first.now, counts ? std::int64_t(found->second.size()) : 0});
  };
  for (const auto& alarm : alarms_) {
    const std::string type = alarm.at("alarmType");
    for (const auto& [severity, rule] : alarm.at("createRules").items()) {
      add(type + '/' + severity, rule);
    }
    if (alarm.contains("clearRule")) {
      add(type + "/clear", alarm.at("clearRule"));
    }
  }
  return all;
}

} // namespace muster::test
