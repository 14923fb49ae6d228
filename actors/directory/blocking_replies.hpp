#pragma once

#include "actors/model/reply.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace muster {

/// A sink whose replies are waited for: for the few changes that need a commit before they can go
/// on, on threads that may block. Every handle is answered (its destructor does it), so a wait ends
/// as soon as the committer has dealt with it.
class blocking_replies final : public reply_sink {
public:
  class ticket {
  public:
    /// Blocks until the answer is there; once.
    reply wait() { return from_.take(number_); }

  private:
    friend class blocking_replies;
    ticket(blocking_replies& from, std::uint64_t number) : from_(from), number_(number) {}

    blocking_replies& from_;
    std::uint64_t number_;
  };

  /// A new obligation and what waits for it.
  std::pair<reply_handle, ticket> make();

  void push(std::vector<completion> batch) noexcept override;

private:
  reply take(std::uint64_t number);

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::unordered_map<std::uint64_t, reply> replies_;
  std::uint64_t last_ = 0;
};

} // namespace muster
