#include "actors/directory/reply_calls.hpp"

#include <utility>

namespace muster {

reply_handle reply_calls::make(std::function<void(reply&&)> then) {
  const std::lock_guard guard(mutex_);
  waiting_.emplace(++last_, std::move(then));
  return reply_handle(reply_address{this, last_, 0});
}

void reply_calls::push(std::vector<completion> batch) noexcept {
  for (auto& one : batch) {
    std::function<void(reply &&)> then;
    {
      const std::lock_guard guard(mutex_);
      const auto found = waiting_.find(one.to.release().connection);
      then = std::move(found->second);
      waiting_.erase(found);
    }
    then(std::move(one.what));
  }
}

} // namespace muster
