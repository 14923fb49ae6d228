#pragma once

#include "actors/model/error.hpp"
#include "actors/service/service.hpp"

#include <memory>
#include <string>

namespace muster::http {

/// A Unix socket by which operators on this machine inspect the node: `inspect.sock` in its data
/// folder, of mode 0600, so that who may read the data may inspect. Speaks HTTP: `GET
/// /api/inspect/<what>?<parameters>`, POST for what changes something. Threads of its own, so that
/// a node with full reactors answers as well.
class inspect_socket {
public:
  /// The service outlives it. A socket that an earlier process has left is replaced. Error:
  /// invalid, for a path that is too long for a socket.
  static result<std::unique_ptr<inspect_socket>> open(const std::string& path, service& below);
  /// Waits for the questions under way, some seconds at most.
  ~inspect_socket();

private:
  class state;
  explicit inspect_socket(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

} // namespace muster::http
