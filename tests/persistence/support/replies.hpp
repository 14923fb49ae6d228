#pragma once

#include "actors/model/reply.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

namespace muster::test {

/// Keeps what is pushed; tests wait for it without sleeping.
class collecting_sink final : public reply_sink {
public:
  void push(std::vector<completion> batch) noexcept override {
    const std::lock_guard lock(mutex_);
    ++pushes_;
    for (auto& one : batch) {
      answers_.emplace_back(one.to.release().request, std::move(one.what));
    }
    changed_.notify_all();
  }

  reply_handle handle(std::uint64_t request) { return reply_handle({this, 1, request}); }

  /// All answers so far, once there are at least `count`, by request number in order of arrival.
  std::vector<std::pair<std::uint64_t, reply>> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answers_.size() >= count; });
    return answers_;
  }
  std::size_t pushes() const {
    const std::lock_guard lock(mutex_);
    return pushes_;
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<std::uint64_t, reply>> answers_;
  std::size_t pushes_ = 0;
};

} // namespace muster::test
