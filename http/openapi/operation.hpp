#pragma once

#include "http/server/exchange.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace muster::http::openapi {

/// Who may call an operation.
enum class callers : std::uint8_t {
  anybody,
  device,        ///< Its access token is part of the path.
  users,         ///< Tenants' administrators and customers' users.
  everybody,     ///< All three kinds of users.
  tenant,        ///< Tenants' administrators.
  customer,      ///< Customers' users.
  system,        ///< The system's administrators.
  administrators ///< The system's and tenants' administrators.
};

/// One method of one path, as the description tells it. All text lives forever.
struct operation {
  http::method method;
  std::string_view path;
  callers who;
  /// A sentence without its end.
  std::string_view summary;
  /// Names of `parameters`, separated by blanks; `!` behind one says that it is required.
  std::string_view query = {};
  /// What the body holds: a name of `schemas`, `[Name]` for an array, a media type for what is not
  /// JSON; `?` behind it says that it may be left out; empty: no body.
  std::string_view request = {};
  /// As `request`, and `{Name}` for a page; of the answer 200. Empty: no body.
  std::string_view response = {};
  /// Statuses besides those that follow from the rest, separated by blanks.
  std::string_view more = {};
};

/// What one resource offers.
struct resource {
  std::string_view name;
  std::span<const operation> operations;
};

/// Every operation of the node.
[[nodiscard]] std::span<const resource> resources();

} // namespace muster::http::openapi
