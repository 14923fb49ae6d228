#include "actors/service/cluster_options.hpp"

#include "persistence/cluster/node_ref.hpp"

#include <regex>
#include <string_view>

namespace muster {

namespace {

bool is_loopback(std::string_view address) noexcept {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

/// Options of a cluster that nobody can have meant.
std::string without_dsn(const cluster_options& options) {
  const bool tls =
      !options.certificate.empty() || !options.key.empty() || !options.authority.empty();
  if (!options.address.empty() || tls || options.unsafe_single_copy) {
    return "cluster.address, cluster.tls.* and cluster.unsafe_single_copy are for a node of a "
           "cluster, which cluster.dsn makes";
  }
  if (!options.node_id.empty() && !persistence::is_node_id(options.node_id)) {
    return "node.id must be 1 to 64 letters, digits, dots, hyphens and underscores";
  }
  return {};
}

std::string check_tls(const cluster_options& options) {
  const int given =
      !options.certificate.empty() + !options.key.empty() + !options.authority.empty();
  if (given != 0 && given != 3) {
    return "cluster.tls.cert, cluster.tls.key and cluster.tls.ca go together";
  }
  if (given == 0 && !is_loopback(options.address)) {
    return "cluster.tls.cert, cluster.tls.key and cluster.tls.ca are needed where cluster.address "
           "is not of loopback: " +
           options.address;
  }
  return {};
}

} // namespace

std::string validate(const cluster_options& options) {
  if (!options.enabled()) {
    return without_dsn(options);
  }
  if (!persistence::is_node_id(options.node_id)) {
    return "node.id must be 1 to 64 letters, digits, dots, hyphens and underscores, and is needed "
           "with cluster.dsn";
  }
  if (!persistence::is_node_id(options.name)) {
    return "cluster.name must be 1 to 64 letters, digits, dots, hyphens and underscores";
  }
  if (options.address.empty()) {
    return "cluster.address is needed with cluster.dsn: where the other nodes reach this one";
  }
  if (options.port == 0) {
    return "cluster.port must be between 1 and 65535, not 0";
  }
  return check_tls(options);
}

std::string without_password(const std::string& dsn) {
  static const std::regex pair(R"((password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&"]+))");
  static const std::regex address(R"((://[^:/@\s]*:)[^@\s]*@)");
  return std::regex_replace(std::regex_replace(dsn, pair, "$1***"), address, "$1***@");
}

} // namespace muster
