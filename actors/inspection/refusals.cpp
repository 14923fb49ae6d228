#include "actors/inspection/refusals.hpp"

#include "actors/service/token_cache.hpp"

namespace muster {

void refusals::former(const token_digest& token, const device_id& device) {
  const std::lock_guard guard(mutex_);
  if (former_.insert_or_assign(token, device).second) {
    former_order_.push_back(token);
  }
  if (former_order_.size() > most_former) {
    former_.erase(former_order_.front());
    former_order_.pop_front();
  }
}

void refusals::unknown(std::string_view token, timestamp now) {
  const token_digest digest = digest_of(token);
  device_id owner;
  {
    const std::lock_guard guard(mutex_);
    const auto known = former_.find(digest);
    if (known == former_.end()) {
      return;
    }
    owner = known->second;
  }
  note(owner, refusal::credentials, now);
}

void refusals::note(const device_id& device, refusal why, timestamp now) {
  if (events_ != nullptr) {
    events_->note(recorded::refused, shard_of(device), device, now,
                  why == refusal::rate_limit ? error_code::rate_limited : error_code::unauthorized);
  }
  const std::lock_guard guard(mutex_);
  if (const auto known = places_.find(device); known != places_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
  } else {
    if (entries_.size() == most_devices) {
      places_.erase(entries_.back().device);
      entries_.pop_back();
    }
    entries_.push_front({device, {}});
    places_.emplace(device, entries_.begin());
  }
  auto& count = entries_.front().counts[static_cast<std::size_t>(why)];
  ++count.times;
  count.last = now;
}

refusal_count refusals::of(const device_id& device, refusal why) const {
  const std::lock_guard guard(mutex_);
  const auto known = places_.find(device);
  return known == places_.end() ? refusal_count{}
                                : known->second->counts[static_cast<std::size_t>(why)];
}

} // namespace muster
