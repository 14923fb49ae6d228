#pragma once

#include "persistence/cluster/cluster_table.hpp"

#include <functional>
#include <memory>
#include <string>

namespace muster::persistence {

struct cluster_table_options {
  /// libpq's connection string; several hosts may be named.
  std::string dsn;
  /// A database without a synchronous standby will do.
  bool unsafe_single_copy = false;
  /// How long one round trip may take before the session is given up: no longer than the read
  /// lease, since a renewal behind it comes too late anyway.
  milliseconds answer_timeout = 1'000;
  /// Called with connection::server after each connect, by the thread that calls the table.
  std::function<void(const std::string& server)> connected;
};

/// The cluster's common table in PostgreSQL: one session of its own, opened when it is needed and
/// again after it was lost. The schema is there already (postgres_store makes it).
std::unique_ptr<cluster_table> open_cluster_table(cluster_table_options options);

} // namespace muster::persistence
