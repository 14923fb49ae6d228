#pragma once

#include "actors/device/work_carrier.hpp"
#include "actors/rules/http_allowed.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace muster {

/// Makes the requests of rule chains to other servers: one thread for all, begun with the first. A
/// redirection is an answer like others and not followed. Thread-safe; never blocks.
class http_caller {
public:
  struct limits {
    /// Requests at a time, and those that wait besides.
    std::size_t most_parallel = 64;
    std::size_t most_waiting = 4'096;
  };

  explicit http_caller(http_allowed allowed) noexcept : http_caller(std::move(allowed), limits()) {}
  http_caller(http_allowed allowed, limits most) noexcept;
  /// What is under way is given up; nobody hears of it.
  ~http_caller();
  http_caller(const http_caller&) = delete;
  http_caller& operator=(const http_caller&) = delete;

  /// `what` is an http_work. `key` goes along as `Idempotency-Key`. `done` is called once by the
  /// caller's thread. False: too many wait.
  bool call(std::string key, std::shared_ptr<const left_work> what, work_carrier::report done);

private:
  class transfers;
  struct request {
    std::string key;
    std::shared_ptr<const left_work> what;
    work_carrier::report done;
  };

  void run();

  const http_allowed allowed_;
  const limits most_;
  std::mutex mutex_;
  std::deque<request> waiting_;
  bool stopping_ = false;
  /// Of libcurl; null until the first call.
  void* multi_ = nullptr;
  std::thread thread_;
};

} // namespace muster
