#pragma once

#include "tools/node/options.hpp"

#include <CLI/CLI.hpp>

namespace muster::node {

/// Declares every option of the node on `app`, bound to `into`, which outlives the parse: the one
/// place where an option has its name, its words and (from `into`) its default.
void declare_options(CLI::App& app, node_options& into);

} // namespace muster::node
