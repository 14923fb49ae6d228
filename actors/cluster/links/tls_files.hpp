#pragma once

#include "actors/cluster/links/caf_transport.hpp"
#include "actors/model/error.hpp"

namespace muster {

/// Refuses (invalid, with the file's name and why) what CAF would only fail at with the first
/// connection, or do without: files that can't be used, a key that is not the certificate's, and a
/// host that is not loopback without certificates, where CAF would speak to anybody.
result<void> check_tls_files(const caf_transport_options& options);

} // namespace muster
