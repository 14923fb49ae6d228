#pragma once

#include "http/server/reactor.hpp"

#include <atomic>
#include <memory>

namespace muster::http {

/// What other threads have posted to a reactor: many push, one drains, no lock and no allocation.
/// Not Pistache's `PollableQueue`: that one empties its eventfd after the last pop and so can lose
/// a wake-up, and reads it twice for each element.
class work_queue {
public:
  work_queue() = default;
  work_queue(const work_queue&) = delete;
  work_queue& operator=(const work_queue&) = delete;
  ~work_queue() { take(); }

  /// True when the queue was empty: the caller has to wake the reactor. Any thread.
  bool push(std::unique_ptr<posted_work> work);
  /// Everything pushed so far, destroyed unrun unless `run_all` gets it. Reactor's thread.
  class batch {
  public:
    explicit batch(posted_work* first) : first_{first} {}
    batch(const batch&) = delete;
    batch& operator=(const batch&) = delete;
    ~batch();
    [[nodiscard]] bool empty() const { return first_ == nullptr; }
    /// Hands out the oldest; null at the end.
    std::unique_ptr<posted_work> next();

  private:
    posted_work* first_;
  };
  batch take();

private:
  std::atomic<posted_work*> newest_ = nullptr;
};

} // namespace muster::http
