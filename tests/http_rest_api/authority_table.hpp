#pragma once

#include <span>
#include <string_view>

namespace muster::http::rest::test {

/// Whose the thing is that a call is about.
enum class subject {
  own,      ///< The caller's own, or a list of what he may see.
  customer, ///< The first customer's: his users' and his tenant's administrators'.
  tenant,   ///< The first tenant's: all its users'.
  session,  ///< A user's token is asked for, and useless afterwards.
  open,     ///< No token is asked for.
  device    ///< The token of a device is asked for.
};

/// One route with a call that those may make whom it is for.
struct expectation {
  std::string_view route;
  /// `<name>`: see world.
  std::string_view target;
  /// T: tenants' administrators, C: customers' users, S: system administrators.
  std::string_view roles;
  subject whose;
  std::string_view body = {};
  /// Of the call when it is allowed.
  int good = 200;
};

/// Every route of the node.
[[nodiscard]] std::span<const expectation> all_expectations();

} // namespace muster::http::rest::test
