#pragma once

#include "tools/bench/client.hpp"

#include <string>
#include <string_view>

namespace muster::bench {

/// A whole answer, owned.
struct answer {
  int status = 0;
  std::string body;
};

/// One connection that waits for each of its answers. Throws failure when the connection breaks.
class blocking_client final : client_events {
public:
  explicit blocking_client(const target& where);
  ~blocking_client() override;

  answer ask(std::string_view request);

private:
  void answered(connection& on, const response& what) override;
  void lost(connection& on, bool unanswered, std::string_view why) override;

  answer last_;
  bool waiting_ = false;
  client connection_;
};

/// The text of a request; `token` is the application's, empty for none.
std::string make_request(std::string_view method, std::string_view path, const target& where,
                         std::string_view token, std::string_view body);

/// An application's access token. Throws failure when the server refuses the login.
std::string log_in(const target& where, const std::string& user, const std::string& password);

/// Makes devices through the application API over `connections` connections and writes the fleet
/// file. Throws failure at the first refusal.
void create_fleet(const target& where, const std::string& access_token, std::size_t devices,
                  std::size_t connections, const std::string& fleet_file);

} // namespace muster::bench
