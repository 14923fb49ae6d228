#pragma once

#include "tools/node/options.hpp"

namespace muster::node {

/// Serves until SIGTERM or SIGINT, which must be blocked in all threads together with SIGHUP (it
/// reads the certificate again). Logs where it listens once it is ready. Errors: what kept it from
/// starting, for people.
result<void> run(const node_options& options);

} // namespace muster::node
