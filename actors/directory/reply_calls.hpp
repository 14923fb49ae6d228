#pragma once

#include "actors/model/reply.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace muster {

/// A sink that calls whoever wants to go on with a reply: for work that is under way without a
/// thread of its own. Thread-safe; outlives every handle it has made.
class reply_calls final : public reply_sink {
public:
  /// `then` is called once, on the thread that answers, and must not block.
  reply_handle make(std::function<void(reply&&)> then);

  void push(std::vector<completion> batch) noexcept override;

private:
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::function<void(reply&&)>> waiting_;
  std::uint64_t last_ = 0;
};

} // namespace muster
