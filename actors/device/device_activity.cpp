#include "actors/device/device_activity.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace muster {

device_activity::device_activity(persistence::activity seen, timestamp heard,
                                 std::optional<timestamp> due) noexcept
    : seen_(seen), due_(due) {
  seen_.last_activity = std::max(seen_.last_activity, heard);
  seen_.active = due_.has_value();
}

void device_activity::spoke(instant now, bool in_history, effects& out) {
  seen_.last_activity = now.wall;
  if (!in_history && save_at_ == never) {
    save_at_ = later(now.steady, save_after);
  }
  // A deadline beyond the timeout was set before the clock was set back.
  const timestamp ends = later(now.wall, timeout_);
  if (!seen_.active || *due_ > ends) {
    seen_.active = true;
    put_due(ends, out);
  }
}

void device_activity::put_due(timestamp at, effects& out) {
  out.mutations.emplace_back(
      persistence::put_due{persistence::due_kind::inactivity, at, std::exchange(due_, at)});
}

milliseconds device_activity::read_timeout(const value* what) const noexcept {
  const milliseconds otherwise = fallback_ > 0 ? fallback_ : default_timeout;
  milliseconds span = 0;
  if (what == nullptr) {
    return otherwise;
  }
  if (const auto* whole = std::get_if<std::int64_t>(what)) {
    span = *whole;
  } else if (const auto* real = std::get_if<double>(what)) {
    span = *real > 0 && *real < 9e15 ? static_cast<milliseconds>(*real) : 0;
  } else if (const auto* text = std::get_if<std::string>(what)) {
    std::from_chars(text->data(), text->data() + text->size(), span);
  }
  return span > 0 ? span : otherwise;
}

void device_activity::restore_timeout(milliseconds profiles, const value* what) noexcept {
  fallback_ = profiles;
  timeout_ = read_timeout(what);
}

void device_activity::set_fallback(milliseconds profiles, const value* what, timestamp now,
                                   effects& out) {
  fallback_ = profiles;
  set_timeout(what, now, out);
}

void device_activity::set_timeout(const value* what, timestamp now, effects& out) {
  const milliseconds timeout = read_timeout(what);
  if (timeout == timeout_) {
    return;
  }
  timeout_ = timeout;
  const timestamp ends = later(seen_.last_activity, timeout_);
  const bool heard = seen_.last_activity != 0 && ends > now;
  if (seen_.active ? ends < *due_ : heard) {
    seen_.active = true;
    put_due(ends, out);
  }
}

bool device_activity::tick(timestamp now, effects& out) {
  if (!due_ || *due_ > now) {
    return false;
  }
  const timestamp ends = later(seen_.last_activity, timeout_);
  if (ends > now) {
    put_due(ends, out);
    return false;
  }
  out.mutations.emplace_back(persistence::erase_due{persistence::due_kind::inactivity, *due_});
  due_.reset();
  seen_.active = false;
  seen_.inactivity_alarm = now;
  return true;
}

persistence::activity device_activity::save() noexcept {
  save_at_ = never;
  return seen_;
}

milliseconds device_activity::next_deadline(instant now) const noexcept {
  return due_ ? std::min(save_at_, on_steady(*due_, now)) : save_at_;
}

std::vector<attribute> device_activity::attributes(timestamp created) const {
  const timestamp changed =
      std::max({created, seen_.inactivity_alarm, seen_.active ? seen_.last_activity : 0});
  std::vector<attribute> shown;
  shown.push_back({"active", changed, seen_.active});
  if (seen_.inactivity_alarm != 0) {
    shown.push_back({"inactivityAlarmTime", seen_.inactivity_alarm, seen_.inactivity_alarm});
  }
  if (seen_.last_activity != 0) {
    shown.push_back({"lastActivityTime", seen_.last_activity, seen_.last_activity});
  }
  return shown;
}

bool device_activity::owns(std::string_view key) noexcept {
  return key == "active" || key == "inactivityAlarmTime" || key == "lastActivityTime";
}

} // namespace muster
