#pragma once

#include <mutex>
#include <string>

namespace muster::persistence::postgres {

/// On which server the sessions must be: all on one, or an old primary that is back would answer
/// some reads. Once the session of the renewals has named the server, only its word counts; until
/// then (tests have no such session) one that is opened elsewhere means that the primary has moved.
/// Sessions with a former server are given up. Thread-safe.
class server_watch {
public:
  /// The session of the renewals is on this server.
  void name(const std::string& server) {
    const std::lock_guard lock(mutex_);
    named_ = true;
    server_ = server;
  }
  /// A session was opened with this server. False: it must not be used.
  bool accept(const std::string& server) {
    const std::lock_guard lock(mutex_);
    if (!named_) {
      server_ = server;
    }
    return server_ == server;
  }
  bool is_used(const std::string& server) const {
    const std::lock_guard lock(mutex_);
    return server_ == server;
  }

private:
  mutable std::mutex mutex_;
  bool named_ = false;
  std::string server_;
};

} // namespace muster::persistence::postgres
