#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace muster {

/// The states of an RPC as the wire names them (reference device API, 6.7). The numbers are written
/// to disk.
enum class rpc_status : std::uint8_t {
  queued = 0,
  sent = 1,
  delivered = 2,
  successful = 3,
  timeout = 4,
  expired = 5,
  failed = 6,
};

/// What an application asks of a device.
struct rpc_request {
  /// The application's own number for it (`requestUUID`), or a random one.
  uuid request_id;
  bool oneway = false;
  bool persistent = false;
  std::string method;
  /// "null" when absent.
  json_text params;
  timestamp expiration = 0;
  /// Redeliveries of a persistent one: absent means until expiry, 0 none.
  std::optional<std::uint32_t> retries;
  /// "null" when absent.
  json_text additional_info;

  friend bool operator==(const rpc_request&, const rpc_request&) = default;
};

/// The number by which a device knows an RPC: from 1, grows by one per device, may skip ahead,
/// never back.
using rpc_number = std::uint32_t;

/// A persistent RPC as it is stored and shown.
struct rpc_record {
  rpc_id id;
  rpc_number number = 0;
  timestamp created = 0;
  rpc_request request;
  rpc_status status = rpc_status::queued;
  /// How often it was written to a live connection, and when last (0: never).
  std::uint32_t deliveries = 0;
  timestamp last_delivery = 0;
  /// JSON of the device's reply; absent without one.
  std::optional<json_text> response;

  friend bool operator==(const rpc_record&, const rpc_record&) = default;
};

} // namespace muster
