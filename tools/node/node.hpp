#pragma once

#include "tools/node/options.hpp"

namespace muster::node {

/// How a node that has served came to its end.
enum class outcome {
  /// By SIGTERM or SIGINT.
  stopped,
  /// Its cluster has declared it dead: it should start anew.
  expelled,
};

/// Serves until SIGTERM or SIGINT, which must be blocked in all threads together with SIGHUP (it
/// reads the certificate again) and SIGUSR1, or until its cluster expels it. Logs where it listens
/// once it is ready. `effective`: what operators are shown. Errors: what kept it from starting, for
/// people.
result<outcome> run(const node_options& options, const std::vector<shown_option>& effective);

} // namespace muster::node
