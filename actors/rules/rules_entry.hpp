#pragma once

#include "actors/rules/device_rules.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace muster {

/// What holds for a profile's devices now. One per profile, owned by the table, lives as long as
/// it. Thread-safe.
class rules_entry {
public:
  /// One look at an atomic; false for nearly all devices, and then nothing need be asked.
  bool special() const noexcept { return special_.load(std::memory_order_acquire); }

  /// The same of alarm rules, which cost nothing but what they look at.
  bool alarmed() const noexcept { return alarmed_.load(std::memory_order_acquire); }

  /// Alarm rules ask for attributes of customers or the tenant.
  bool asks_owners() const noexcept { return asks_owners_.load(std::memory_order_acquire); }

  /// The rules as they are now; they stay what they are as long as they are held. Never null.
  std::shared_ptr<const device_rules> get() const {
    const std::lock_guard guard(mutex_);
    return rules_;
  }

  /// The entry's place in its table, from 1.
  std::uint32_t number() const noexcept { return number_; }

  /// By the table only.
  void number(std::uint32_t place) noexcept { number_ = place; }
  void set(device_rules&& now) {
    const bool special = now.special();
    const bool alarmed = now.alarms != nullptr;
    const bool asks = now.asked.any();
    auto next = std::make_shared<const device_rules>(std::move(now));
    const std::lock_guard guard(mutex_);
    rules_ = std::move(next);
    special_.store(special, std::memory_order_release);
    alarmed_.store(alarmed, std::memory_order_release);
    asks_owners_.store(asks, std::memory_order_release);
  }

private:
  mutable std::mutex mutex_;
  std::shared_ptr<const device_rules> rules_ = std::make_shared<const device_rules>();
  std::atomic<bool> special_{false};
  std::atomic<bool> alarmed_{false};
  std::atomic<bool> asks_owners_{false};
  std::uint32_t number_ = 0;
};

} // namespace muster
