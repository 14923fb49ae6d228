#pragma once

#include "actors/model/audit.hpp"

#include <array>
#include <string_view>

namespace muster {

/// As configurations name a kind of entity, and as relations do.
struct entity_names {
  std::string_view wire;
  std::string_view relation;
};

inline entity_names names_of(entity_type kind) noexcept {
  static constexpr std::array<entity_names, entity_types> names{
      {{"DEVICE", "Device"},
       {"DEVICE_PROFILE", "Device profile"},
       {"TENANT", "Tenant"},
       {"CUSTOMER", "Customer"},
       {"USER", "User"},
       {"OTA_PACKAGE", "Ota package"},
       {"RPC", "Rpc"},
       {"RULE_CHAIN", "Rule chain"},
       {"ALARM", "Alarm"},
       {"RULE_NODE", "Rule node"}}};
  return names[static_cast<std::size_t>(kind)];
}

} // namespace muster
