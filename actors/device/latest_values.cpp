#include "actors/device/latest_values.hpp"

#include "actors/device/sorted_rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace muster {

latest_values::latest_values(persistence::put_latest&& snapshot,
                             const std::vector<persistence::append_history>& journal)
    : values_(std::move(snapshot.values)), newest_ts_(snapshot.newest_ts),
      newest_given_(snapshot.newest_given), arrival_(snapshot.arrival),
      stored_newest_ts_(snapshot.newest_ts), stored_arrival_(snapshot.arrival) {
  merge_rows(values_, 0);
  for (const auto& row : journal) {
    record(row.ts, row.values);
    arrival_ = row.arrival;
    if (row.server_time) {
      newest_given_ = std::max(newest_given_, row.ts);
    }
  }
}

bool latest_values::record(timestamp ts, const std::vector<key_value>& values) {
  const std::size_t sorted = values_.size();
  for (const auto& item : values) {
    latest_value* known = find_row(values_, sorted, item.key);
    if (known == nullptr) {
      values_.push_back(latest_value{item.key, ts, item.val});
    } else if (ts >= known->ts) {
      known->ts = ts;
      known->val = item.val;
    }
  }
  merge_rows(values_, sorted);
  ++arrival_;
  newest_ts_ = std::max(newest_ts_, ts);
  return ts >= stored_newest_ts_;
}

timestamp latest_values::give_time(timestamp now) noexcept {
  newest_given_ = std::max(newest_given_, now);
  return newest_given_;
}

void latest_values::update(std::string_view key, timestamp ts, const value& what) {
  const std::size_t sorted = values_.size();
  latest_value* known = find_row(values_, sorted, key);
  if (known == nullptr) {
    values_.push_back(latest_value{std::string(key), ts, what});
    merge_rows(values_, sorted);
  } else if (ts >= known->ts) {
    known->ts = ts;
    known->val = what;
  }
}

bool latest_values::erase(std::string_view key) {
  const latest_value* known = find(key);
  if (known == nullptr) {
    return false;
  }
  values_.erase(values_.begin() + (known - values_.data()));
  return true;
}

const latest_value* latest_values::find(std::string_view key) const noexcept {
  return find_row(values_, key);
}

persistence::put_latest latest_values::snapshot() {
  stored_newest_ts_ = newest_ts_;
  stored_arrival_ = arrival_;
  persistence::put_latest row;
  row.values = values_;
  row.newest_ts = newest_ts_;
  row.arrival = arrival_;
  row.newest_given = newest_given_;
  return row;
}

} // namespace muster
