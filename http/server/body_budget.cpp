#include "http/server/body_budget.hpp"

#include <vector>

namespace muster::http {

bool body_budget::reserve(exchange_handle owner, std::size_t bytes) {
  const std::lock_guard lock{mutex_};
  if (!admit(owner, bytes)) {
    line_.push_back({owner, bytes});
    return false;
  }
  return true;
}

bool body_budget::try_reserve(exchange_handle owner, std::size_t bytes) {
  const std::lock_guard lock{mutex_};
  return admit(owner, bytes);
}

bool body_budget::admit(exchange_handle owner, std::size_t bytes) {
  const bool fits = line_.empty() && used_ + bytes <= limit_;
  if (!fits && beyond_ != owner) {
    if (beyond_)
      return false;
    beyond_ = owner;
  }
  take(owner, bytes);
  return true;
}

void body_budget::take(exchange_handle owner, std::size_t bytes) {
  held_[owner] += bytes;
  used_ += bytes;
}

void body_budget::release(exchange_handle owner) {
  std::vector<exchange_handle> served;
  {
    const std::lock_guard lock{mutex_};
    if (const auto held = held_.find(owner); held != held_.end()) {
      used_ -= held->second;
      held_.erase(held);
    }
    if (beyond_ == owner)
      beyond_ = {};
    std::erase_if(line_, [&](const waiter& each) { return each.owner == owner; });
    while (!line_.empty()) {
      const auto first = line_.front();
      if (used_ + first.bytes > limit_) {
        if (beyond_)
          break;
        beyond_ = first.owner;
      }
      take(first.owner, first.bytes);
      served.push_back(first.owner);
      line_.pop_front();
    }
  }
  for (const auto& each : served)
    tell_(each);
}

std::size_t body_budget::used() const {
  const std::lock_guard lock{mutex_};
  return used_;
}

} // namespace muster::http
