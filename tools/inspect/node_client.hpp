#pragma once

#include "actors/model/error.hpp"
#include "tools/import/http_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace muster::inspect {

/// Which node is asked, and as whom.
struct node_choice {
  /// The node's data folder on this machine: by its socket.
  std::string data = "data";
  /// Not empty: the node at that URL, as its system administrator.
  std::string url;
  std::string user = "sysadmin@thingsboard.org";
  std::string password;
  std::string authorities;
  bool insecure = false;
};

using parameters = std::vector<std::pair<std::string, std::string>>;

/// Asks a running node. Of one thread.
class node_client {
public:
  explicit node_client(const node_choice& where);

  /// Errors are for people: nobody listens, what the node answered.
  result<nlohmann::ordered_json> get(const std::string& what, const parameters& with = {});
  result<nlohmann::ordered_json> post(const std::string& what, const parameters& with = {});

private:
  result<nlohmann::ordered_json> ask(const char* method, const std::string& what,
                                     const parameters& with);
  result<void> log_in();

  const node_choice where_;
  import::http_client client_;
  std::vector<std::string> headers_;
};

} // namespace muster::inspect
