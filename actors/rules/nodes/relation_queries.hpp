#pragma once

#include "actors/rules/engine/entity_work.hpp"
#include "actors/rules/nodes/configuration.hpp"

#include <optional>
#include <string_view>

namespace muster {

/// nullopt: no entity of that kind can have relations here.
std::optional<entity_type> read_entity_kind(std::string_view name);

/// The member `relationsQuery`.
relation_query read_relations_query(configuration_reader& from);
/// The member `deviceRelationsQuery`, of devices only.
relation_query read_device_query(configuration_reader& from);
/// The member `direction`: true for FROM.
bool read_direction(configuration_reader& from);

} // namespace muster
