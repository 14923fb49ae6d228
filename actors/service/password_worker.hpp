#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"

#include <functional>
#include <memory>
#include <string>

namespace muster {

/// The one thread that hashes passwords. Slow on purpose, so only as many requests may wait for it
/// as it does in five seconds, and at most 128: a flood of log-ins costs one core and 19 MiB, and
/// the others get `overloaded` at once.
class password_worker {
public:
  /// `clock` must outlive the worker; it tells how long a hash takes.
  explicit password_worker(const clock_source& clock);
  /// Finishes the hash it is at; those that wait are dropped with their callbacks uncalled.
  ~password_worker();

  /// Calls `decided` on the worker's thread. False, and nothing called, when no place is free.
  /// `hash` may be empty (unknown user): see `verify_password`.
  [[nodiscard]] bool verify(std::string password, std::string hash,
                            std::function<void(bool matches)> decided);

  /// Calls `made` on the worker's thread with the encoded hash. False when no place is free.
  [[nodiscard]] bool hash(std::string password, std::function<void(result<std::string>)> made);

  password_worker(const password_worker&) = delete;
  password_worker& operator=(const password_worker&) = delete;

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace muster
