#pragma once

namespace muster {

/// For which messages a chain does exactly what the server does without one, so that they need not
/// pass it.
struct chain_shortcuts {
  bool telemetry = true;
  bool attributes = true;
  bool rpc_to_device = true;
  /// Nothing becomes of a device's own RPC.
  bool rpc_from_device = true;
  /// Nothing becomes of what else the server tells of a device: see `event_types`.
  bool events = true;

  friend bool operator==(const chain_shortcuts&, const chain_shortcuts&) = default;
};

} // namespace muster
