#pragma once

#include "tests/http_rest_api/caller.hpp"

#include <map>
#include <string>
#include <string_view>

namespace muster::http::rest::test {

/// Two tenants, two customers of the first, a user of each, and one of everything that belongs to
/// the first customer or the first tenant. Their names carry marks, so that an answer that shows
/// them to somebody else is noticed.
class world {
public:
  static constexpr std::string_view customer_mark = "MARK-OF-CUSTOMER";
  static constexpr std::string_view tenant_mark = "MARK-OF-TENANT";

  explicit world(demo_node& node);

  /// Makes what calls may have changed or deleted anew.
  void renew();
  /// `{device}`, `{customer}`, ... replaced by what they are here.
  [[nodiscard]] std::string fill(std::string_view text) const;

  /// One connection each, since a refusal may end it.
  [[nodiscard]] caller nobody_at_all() const { return caller{node_}; }
  [[nodiscard]] caller system() const { return caller{node_, system_}; }
  [[nodiscard]] caller tenant() const { return caller{node_, tenant_}; }
  [[nodiscard]] caller foreign_tenant() const { return caller{node_, foreign_tenant_}; }
  [[nodiscard]] caller customer() const { return caller{node_, customer_}; }
  [[nodiscard]] caller other_customer() const { return caller{node_, other_customer_}; }

private:
  /// A new user with a password; his token.
  std::string activate(caller& by, json user);
  std::string make_tenant(const std::string& title);
  std::string make_customer(const std::string& title);

  demo_node& node_;
  std::string system_;
  std::string tenant_;
  std::string foreign_tenant_;
  std::string customer_;
  std::string other_customer_;
  std::map<std::string, std::string, std::less<>> names_;
  int made_ = 0;
};

} // namespace muster::http::rest::test
