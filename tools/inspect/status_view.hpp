#pragma once

#include <nlohmann/json_fwd.hpp>

#include <ostream>

namespace muster::inspect {

/// What a node is and does, for people.
void show_status(const nlohmann::ordered_json& told, std::ostream& to);

} // namespace muster::inspect
