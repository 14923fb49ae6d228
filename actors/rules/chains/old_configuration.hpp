#pragma once

#include "actors/model/rule_chain.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>

namespace muster {

using configuration_json = nlohmann::ordered_json;

/// A configuration on its way to its next version.
struct old_configuration {
  configuration_json& members;
  rule_node& node;

  bool has(const char* name) const { return members.contains(name) && !members[name].is_null(); }
  std::string text(const char* name) const {
    return has(name) && members[name].is_string() ? members[name].get<std::string>() : "";
  }
  /// True and false were also written as strings.
  std::optional<bool> flag(const char* name) const {
    if (has(name) && members[name].is_boolean()) {
      return members[name].get<bool>();
    }
    const auto written = text(name);
    return written == "true"    ? std::optional(true)
           : written == "false" ? std::optional(false)
                                : std::nullopt;
  }
  void set_absent(const char* name, configuration_json otherwise) const {
    if (!members.contains(name)) {
      members[name] = std::move(otherwise);
    }
  }
  /// A boolean becomes one of two names.
  bool choose(const char* old, const char* now, const char* if_true, const char* if_false) const {
    const auto chosen = flag(old);
    if (chosen) {
      members.erase(old);
      members[now] = *chosen ? if_true : if_false;
    }
    return chosen.has_value();
  }
  bool rename(const char* old, const char* now) const {
    if (!members.contains(old)) {
      return false;
    }
    auto kept = std::move(members[old]);
    members.erase(old);
    members[now] = std::move(kept);
    return true;
  }
};

} // namespace muster
