#pragma once

#include <caf/fwd.hpp>

namespace muster {

/// Keeps a failed TLS connection of this system from ending others. CAF 0.17 leaves what OpenSSL
/// says of a failure in its thread's queue of errors, and OpenSSL takes what it finds there for a
/// failure of the connection that is read next. Before the system is made.
void keep_tls_errors_apart(caf::actor_system_config& config);

} // namespace muster
