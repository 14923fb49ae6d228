#pragma once

#include "tests/actors_rules/alarms/alarm_world.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace muster::test {

/// Alarm rules of a profile as a plain reader of their JSON follows them, which remembers every
/// update that found a rule true.
class plain_alarms {
public:
  explicit plain_alarms(nlohmann::ordered_json profile_data) : alarms_(profile_data.at("alarms")) {}

  /// Reads the world's values, and keeps its own alarms. Returns what is done: `raise hot MAJOR`.
  std::vector<std::string> follow(const alarm_update& update, timestamp now,
                                  const alarm_world& world);
  void forget(const std::string& type);

  /// By type: how grave, 0 is the gravest.
  const std::map<std::string, std::size_t>& active() const noexcept { return active_; }
  /// Of each rule that lasts or repeats and is under way: the first update's own time, the server's
  /// at it, and how many there were if they count.
  std::multiset<std::array<std::int64_t, 3>> under_way() const;

private:
  struct hit {
    timestamp ts;
    timestamp now;
  };
  enum class outcome { unknown, no, waits, yes };

  outcome judge(const std::string& name, const nlohmann::ordered_json& rule,
                const alarm_update& update, timestamp now, const alarm_world& world);

  nlohmann::ordered_json alarms_;
  /// By alarm's type and rule.
  std::map<std::string, std::vector<hit>> hits_;
  std::map<std::string, std::size_t> active_;
};

} // namespace muster::test
