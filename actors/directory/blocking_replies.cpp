#include "actors/directory/blocking_replies.hpp"

namespace muster {

std::pair<reply_handle, blocking_replies::ticket> blocking_replies::make() {
  std::lock_guard guard(mutex_);
  const std::uint64_t number = ++last_;
  return {reply_handle(reply_address{this, number, 0}), ticket(*this, number)};
}

void blocking_replies::push(std::vector<completion> batch) noexcept {
  std::lock_guard guard(mutex_);
  for (completion& item : batch) {
    replies_.emplace(item.to.release().connection, std::move(item.what));
  }
  arrived_.notify_all();
}

reply blocking_replies::take(std::uint64_t number) {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return replies_.count(number) != 0; });
  return std::move(replies_.extract(number).mapped());
}

} // namespace muster
