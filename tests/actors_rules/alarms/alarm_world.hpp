#pragma once

#include "actors/rules/alarms/follow_alarms.hpp"

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace muster::test {

/// A device that alarm rules look at, and its alarms.
class alarm_world final : public alarm_inputs, public alarm_outputs {
public:
  using values = std::map<std::string, value, std::less<>>;

  values telemetry;
  std::array<values, 3> attributes;
  std::optional<customer_id> owner = customer_id{random_uuid()};
  std::map<customer_id, values> customers;
  values tenant;
  values fields{{"name", value(std::string("Boiler"))}, {"type", value(std::string("heater"))}};
  std::map<std::string, alarm_severity, std::less<>> alarms;
  /// What scripts say, and what they were asked.
  result<bool> answer = true;
  mutable std::vector<std::string> asked;
  /// In words: `raise hot CRITICAL {..}`.
  std::vector<std::string> done;

  std::optional<value> latest(std::string_view key) const override { return in(telemetry, key); }
  std::optional<value> attribute(attribute_scope scope, std::string_view key) const override {
    return in(attributes[static_cast<std::size_t>(scope)], key);
  }
  std::optional<customer_id> customer() const override { return owner; }
  std::optional<value> customer_attribute(const customer_id& of,
                                          std::string_view key) const override {
    const auto found = customers.find(of);
    return found == customers.end() ? std::nullopt : in(found->second, key);
  }
  std::optional<value> tenant_attribute(std::string_view key) const override {
    return in(tenant, key);
  }
  std::optional<value> field(std::string_view name) const override { return in(fields, name); }
  result<bool> ask(const script& what, const std::string& msg) const override {
    asked.push_back(what.source().body + "\n" + msg);
    return answer;
  }

  std::optional<alarm_severity> active(std::string_view type) const override {
    const auto found = alarms.find(type);
    return found == alarms.end() ? std::nullopt : std::optional(found->second);
  }
  void act(alarm_consequence&& what) override {
    done.push_back(words(what));
    if (what.what == alarm_consequence::kind::clear) {
      alarms.erase(what.of->type);
    } else {
      alarms[what.of->type] = what.severity;
    }
  }

  /// Follows what is new, which is in the world already.
  std::optional<timestamp> follow(const alarm_programs& programs, const alarm_update& update,
                                  timestamp now) {
    return follow_alarms(programs, progress, update, now, *this, *this);
  }
  std::optional<timestamp> save(const alarm_programs& programs, const std::string& key, value what,
                                timestamp ts) {
    telemetry[key] = std::move(what);
    return follow(programs, {alarm_update::kind::telemetry, {}, {key}, ts}, ts);
  }

  rules_progress progress;

private:
  static std::optional<value> in(const values& from, std::string_view key) {
    const auto found = from.find(key);
    return found == from.end() ? std::nullopt : std::optional(found->second);
  }
  static std::string words(const alarm_consequence& what) {
    std::string text =
        what.what == alarm_consequence::kind::clear
            ? "clear " + what.of->type
            : "raise " + what.of->type + ' ' + std::string(severity_name(what.severity));
    text += what.details ? ' ' + *what.details : "";
    text += what.repeats ? " repeats " + std::to_string(*what.repeats) : "";
    return text + (what.duration ? " lasted " + std::to_string(*what.duration) : "");
  }
};

} // namespace muster::test
