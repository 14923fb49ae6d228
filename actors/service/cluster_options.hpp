#pragma once

#include <cstdint>
#include <string>

namespace muster {

/// How a node takes part in a cluster. Names on the command line are those beside the members.
struct cluster_options {
  /// cluster.dsn: libpq's connection string of the common database; empty: a single node with a
  /// store of its own.
  std::string dsn;
  /// cluster.name: nodes of another name are refused.
  std::string name = "muster";
  /// node.id: this node's name, its own in the cluster and the same at each start.
  std::string node_id;
  /// cluster.address, cluster.port: where the other nodes reach this one.
  std::string address;
  std::uint16_t port = 4369;
  /// cluster.tls.cert, .key, .ca: PEM files; all three or, on loopback only, none.
  std::string certificate;
  std::string key;
  std::string authority;
  /// cluster.unsafe_single_copy: a database without a synchronous standby will do.
  bool unsafe_single_copy = false;

  bool enabled() const noexcept { return !dsn.empty(); }
};

/// Empty when they go together, else a sentence that names the option.
std::string validate(const cluster_options& options);

/// The connection string without its password, for logs.
std::string without_password(const std::string& dsn);

} // namespace muster
