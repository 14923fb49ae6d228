#include "http/limits/guess_throttle.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace muster::http {

namespace {

/// Longer names belong to nobody; cut, they cost bounded memory.
constexpr std::size_t longest_key = 255;

std::string address_key(std::string_view address) {
  std::string key{address};
  in6_addr parsed{};
  if (inet_pton(AF_INET6, key.c_str(), &parsed) == 1 && !IN6_IS_ADDR_V4MAPPED(&parsed)) {
    key.assign(reinterpret_cast<const char*>(parsed.s6_addr), 8);
  }
  return key;
}

std::string pair_key(std::string_view user, std::string_view address) {
  std::string key = address_key(address);
  key += ' ';
  for (const char c : user.substr(0, longest_key)) {
    key += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return key;
}

milliseconds wait_after(std::uint32_t failures) {
  if (failures < guess_throttle::free_tries) {
    return 0;
  }
  const std::uint32_t doublings = std::min(failures - guess_throttle::free_tries, 10U);
  return std::min(milliseconds{1000} << doublings, guess_throttle::longest_wait);
}

} // namespace

guess_throttle::entry& guess_throttle::touch(std::string key, milliseconds now) {
  const auto found = index_.find(key);
  if (found != index_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    entry& known = order_.front();
    if (now - known.last >= forget_after) {
      known.failures = 0;
    }
    return known;
  }
  if (order_.size() >= capacity_) {
    index_.erase(order_.back().key);
    order_.pop_back();
  }
  order_.push_front(entry{std::move(key), 0, 0, now, false});
  index_.emplace(order_.front().key, order_.begin());
  return order_.front();
}

std::optional<milliseconds> guess_throttle::admit(std::string_view user, std::string_view address,
                                                  milliseconds now) {
  const std::lock_guard lock{mutex_};
  entry& all_users = touch(address_key(address), now);
  entry& pair = touch(pair_key(user, address), now);

  const milliseconds left = pair.last + wait_after(pair.failures) - now;
  if (pair.failures > 0 && left > 0) {
    return left;
  }
  if (now - pair.last >= longest_wait) {
    // Whose client left before the password was looked at.
    pair.in_flight = 0;
  }
  const std::uint32_t most = pair.failures < free_tries ? in_flight_ : 1;
  if (pair.in_flight >= most) {
    return std::max<milliseconds>(wait_after(pair.failures), 1'000);
  }
  // The address regains one try a second.
  const auto regained = static_cast<std::uint32_t>(
      std::min<milliseconds>((now - all_users.last) / 1000, all_users.failures));
  if (regained > 0) {
    all_users.failures -= regained;
    all_users.last += milliseconds{1000} * regained;
  }
  if (all_users.failures >= burst_ && !pair.known) {
    return all_users.last + 1000 - now;
  }
  if (all_users.failures == 0) {
    all_users.last = now;
  }
  all_users.failures = std::min(all_users.failures + 1, burst_);
  ++pair.in_flight;
  pair.last = now;
  return std::nullopt;
}

/// The pair with one try less under way; it may have been forgotten meanwhile.
guess_throttle::entry& guess_throttle::landed(std::string_view user, std::string_view address,
                                              milliseconds now) {
  entry& pair = touch(pair_key(user, address), now);
  if (pair.in_flight > 0) {
    --pair.in_flight;
  }
  return pair;
}

void guess_throttle::succeeded(std::string_view user, std::string_view address, milliseconds now) {
  untried(user, address, now);
  const std::lock_guard lock{mutex_};
  entry& pair = touch(pair_key(user, address), now);
  pair.failures = 0;
  pair.known = true;
}

void guess_throttle::failed(std::string_view user, std::string_view address, milliseconds now) {
  const std::lock_guard lock{mutex_};
  entry& pair = landed(user, address, now);
  ++pair.failures;
  pair.last = now;
}

void guess_throttle::untried(std::string_view user, std::string_view address, milliseconds now) {
  const std::lock_guard lock{mutex_};
  landed(user, address, now);
  entry& all_users = touch(address_key(address), now);
  if (all_users.failures > 0) {
    --all_users.failures;
  }
}

std::size_t guess_throttle::size() const {
  const std::lock_guard lock{mutex_};
  return order_.size();
}

} // namespace muster::http
