#pragma once

#include <cstddef>
#include <memory>

namespace muster::http {

/// Work given to a reactor from another thread.
class posted_work {
public:
  posted_work() = default;
  posted_work(const posted_work&) = delete;
  posted_work& operator=(const posted_work&) = delete;
  virtual ~posted_work() = default;
  /// Runs once on the reactor's thread. Answers given here leave together when it ends.
  virtual void run() = 0;

private:
  friend class work_queue;
  posted_work* next_ = nullptr;
};

/// One thread of the server with the connections that belong to it. Lives as long as the server.
class reactor {
public:
  /// Runs `work` on the reactor's thread; one wake-up a call. From any thread. Work posted after
  /// the reactor's end is destroyed unrun.
  virtual void post(std::unique_ptr<posted_work> work) = 0;
  /// Whether the caller is on the reactor's thread.
  [[nodiscard]] virtual bool here() const = 0;
  /// Its number, from 0, below `server::reactor_count()`.
  [[nodiscard]] virtual std::size_t index() const = 0;

protected:
  ~reactor() = default;
};

} // namespace muster::http
