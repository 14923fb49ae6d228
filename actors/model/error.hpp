#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>

namespace muster {

/// What can go wrong where it is expected. http/ holds the one table from these to HTTP statuses.
enum class error_code : std::uint8_t {
  /// The request's content breaks a rule; the message says which and where.
  invalid,
  /// The JSON text cannot be read, or has the wrong shape.
  malformed,
  /// Unknown or outdated credentials, or a device that was deleted.
  unauthorized,
  /// Known, but not allowed to do this.
  forbidden,
  not_found,
  /// A unique name, token or e-mail address is taken.
  already_exists,
  /// The entity was changed by somebody else meanwhile.
  version_conflict,
  /// A poll's or a client-side RPC's time is over and nothing happened.
  poll_timeout,
  /// A two-way RPC was delivered at least once, but not answered in time.
  rpc_timeout,
  /// An RPC was never delivered in its time.
  rpc_undelivered,
  /// The device answered an RPC with something that is not JSON.
  rpc_reply_not_json,
  /// A rate limit of a device or a tenant.
  rate_limited,
  /// A bounded queue is full; try again later.
  overloaded,
  /// The store refuses writes (full disk, I/O error), or the commit failed: nothing was changed.
  storage_unavailable,
  /// The node stops and takes no new work.
  shutting_down,
  /// The device's shard is not served here, or has just left: nothing was carried out, or a parked
  /// poll or a waiting caller was ended by a move. Whoever routes asks the shard's owner again.
  wrong_owner,
  /// A mistake of ours; logged where it was caught.
  internal,
};

struct error {
  error_code code = error_code::internal;
  /// For people, in English, without a final dot; empty where the code says all.
  std::string message;

  friend bool operator==(const error&, const error&) = default;
};

template <class T>
using result = tl::expected<T, error>;

inline tl::unexpected<error> fail(error_code code, std::string message = {}) {
  return tl::unexpected<error>(error{code, std::move(message)});
}

} // namespace muster
