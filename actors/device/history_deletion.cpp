#include "actors/device/history_deletion.hpp"

#include <algorithm>

namespace muster {

bool history_deletion::enqueue(delete_telemetry&& what, reply_handle& to, std::size_t bound) {
  if (queue_.size() > bound) {
    return false;
  }
  std::sort(what.keys.begin(), what.keys.end());
  queue_.push_back(job{std::move(what), std::move(to)});
  return true;
}

bool history_deletion::in_keys(const std::string& key) const {
  const auto& keys = queue_.front().what.keys;
  return std::binary_search(keys.begin(), keys.end(), key);
}

void history_deletion::start(latest_values& latest, effects& out) {
  auto& what = queue_.front().what;
  if (what.all) {
    what.start = INT64_MIN;
    what.end = INT64_MAX;
  }
  upto_ = latest.arrival();
  replacing_ = false;
  to_replace_.clear();
  if (what.delete_latest) {
    for (const auto& key : what.keys) {
      const latest_value* known = latest.find(key);
      if (known != nullptr && (what.all || (known->ts >= what.start && known->ts < what.end))) {
        latest.erase(key);
        to_replace_.push_back(key);
      }
    }
  }
  // With everything of the keys deleted nothing is left to replace a latest value by.
  if (what.all || !what.rewrite_latest) {
    to_replace_.clear();
  }
  next_ = history_read{what.start, what.end, false, what.keys, std::nullopt};
  out.read = next_;
}

bool history_deletion::read(history_chunk&& chunk, latest_values& latest, effects& out) {
  if (replacing_) {
    if (replace_latest(chunk, latest)) {
      return true;
    }
    next_->after = chunk.next;
    out.read = next_;
    return false;
  }
  for (auto& row : chunk.rows) {
    if (row.arrival <= upto_) {
      rewrite(std::move(row), out);
    }
  }
  if (chunk.next) {
    next_->after = chunk.next;
  } else if (!to_replace_.empty()) {
    replacing_ = true;
    next_ = history_read{INT64_MIN, INT64_MAX, true, to_replace_, std::nullopt};
  } else {
    return true;
  }
  out.read = next_;
  return false;
}

bool history_deletion::replace_latest(history_chunk& chunk, latest_values& latest) {
  for (auto& row : chunk.rows) {
    for (auto& item : row.values) {
      const auto key = std::find(to_replace_.begin(), to_replace_.end(), item.key);
      if (key != to_replace_.end()) {
        // Newest first, so the first one met is it; a newer one that came meanwhile stays.
        latest.update(item.key, row.ts, item.val);
        to_replace_.erase(key);
      }
    }
  }
  return to_replace_.empty() || !chunk.next;
}

void history_deletion::rewrite(persistence::append_history&& row, effects& out) const {
  std::erase_if(row.values, [this](const key_value& item) { return in_keys(item.key); });
  out.mutations.emplace_back(
      persistence::rewrite_history{row.ts, row.arrival, std::move(row.values), row.expires});
}

std::pair<delete_telemetry, reply_handle> history_deletion::take() {
  job taken = std::move(queue_.front());
  queue_.pop_front();
  return {std::move(taken.what), std::move(taken.to)};
}

reply_handle history_deletion::pop() {
  reply_handle to = std::move(queue_.front().to);
  queue_.pop_front();
  next_.reset();
  return to;
}

} // namespace muster
