#pragma once

#include "actors/model/rule_chain.hpp"

#include <string>

namespace muster {

/// A new chain of ThingsBoard's default nodes: telemetry and client attributes are saved, RPC
/// requests to devices go on to them, all else is logged or dropped. Not the root yet.
rule_chain default_chain(const tenant_id& tenant, std::string name, timestamp now);

/// The chain that every tenant begins with.
rule_chain default_root_chain(const tenant_id& tenant, timestamp now);

} // namespace muster
