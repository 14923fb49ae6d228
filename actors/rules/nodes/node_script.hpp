#pragma once

#include "actors/rules/engine/chain_node.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/scripts/script_results.hpp"

#include <string>

namespace muster {

/// The script of a node's configuration: `scriptLang` says whether `javascript` or `tbel` is the
/// member that holds it; absent, as in old exports, it is JavaScript. `usual`: the body when there
/// is none; empty: there must be one.
script read_script(configuration_reader& from, script_kind kind, std::string_view javascript,
                   std::string_view tbel, std::string_view usual = {});

/// What it returns for the message, as JSON text.
result<std::string> run_script(const script& what, const rule_message& message, node_run& run);

} // namespace muster
