#pragma once

#include "actors/model/error.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster::import {

/// Where a server is and how it is spoken to.
struct server_address {
  /// `https://host:port`, without a slash at the end.
  std::string url;
  /// File of certificates to trust; empty: the system's.
  std::string authorities;
  /// The server's certificate is not checked.
  bool insecure = false;
  /// A Unix socket that the server listens at; empty: what the URL says.
  std::string socket = {};
};

struct http_answer {
  int status = 0;
  std::string body;
};

/// One persistent connection. Used by one thread.
class http_client {
public:
  explicit http_client(server_address where);
  ~http_client();

  /// `path` with its query. `method` is GET, POST or DELETE; a body is JSON. Errors are
  /// storage_unavailable: there was no whole answer.
  result<http_answer> request(std::string_view method, const std::string& path,
                              const std::string& body, const std::vector<std::string>& headers);

private:
  struct handle;
  std::unique_ptr<handle> handle_;
  server_address where_;
};

/// Percent-encoded, for a part of a path or a value of a query.
[[nodiscard]] std::string url_encoded(std::string_view text);

} // namespace muster::import
