#pragma once

#include <mutex>
#include <string>

namespace muster::persistence::postgres {

/// On which server the sessions must be. One that is opened elsewhere means that the primary has
/// moved: those with the former one are given up then. Thread-safe.
class server_watch {
public:
  void use(const std::string& server) {
    const std::lock_guard lock(mutex_);
    server_ = server;
  }
  bool is_used(const std::string& server) const {
    const std::lock_guard lock(mutex_);
    return server_ == server;
  }

private:
  mutable std::mutex mutex_;
  std::string server_;
};

} // namespace muster::persistence::postgres
