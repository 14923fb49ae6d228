#pragma once

#include <nlohmann/json_fwd.hpp>

#include <ostream>

namespace muster::inspect {

// What a node tells, for people.

void show_actors(const nlohmann::ordered_json& told, std::ostream& to);
void show_device(const nlohmann::ordered_json& told, std::ostream& to);
void show_rpcs(const nlohmann::ordered_json& told, std::ostream& to);
void show_polls(const nlohmann::ordered_json& told, std::ostream& to);
void show_shards(const nlohmann::ordered_json& told, std::ostream& to);
void show_journal(const nlohmann::ordered_json& told, std::ostream& to);
void show_cluster(const nlohmann::ordered_json& told, std::ostream& to);
void show_config(const nlohmann::ordered_json& told, std::ostream& to);
void show_why(const nlohmann::ordered_json& told, std::ostream& to);
/// One event of a trace.
void show_event(const nlohmann::ordered_json& event, std::ostream& to);
/// Whatever it is, indented.
void show_plain(const nlohmann::ordered_json& told, std::ostream& to);

} // namespace muster::inspect
