#pragma once

#include "actors/cluster/links/transport.hpp"
#include "actors/model/error.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace muster {

/// What is said of this node to the others, and where it listens.
struct caf_transport_options {
  /// Nodes of another name are refused.
  std::string cluster;
  node_ref self;
  /// To listen on; peers know it as `--cluster.address`.
  std::string host;
  /// 0: any that is free.
  std::uint16_t port = 0;

  /// Files in PEM form, all three or none. With them both sides must show a certificate of that
  /// authority; CAF compares no host names, so the authority should sign nothing else.
  std::string certificate;
  std::string key;
  std::string authority;
};

/// A transport that also says where it listens.
class listening_transport : public transport {
public:
  [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
};

/// Sessions over CAF's middleman: one actor, published at the port, on an actor system and a thread
/// of its own. Refuses (invalid) certificates that can't be used, a host that is not loopback
/// without them, and a port that is taken. Blocks until it listens.
///
/// Of two nodes the one with the smaller name dials; each handshake tells cluster, version, and
/// name and generation of the node. A connection is over when its process has ended or nothing was
/// heard for three seconds. A peer that can't be had is tried again ten times a second, and logged
/// once for each reason.
result<std::unique_ptr<listening_transport>>
open_caf_transport(const caf_transport_options& options, transport_events& events);

} // namespace muster
