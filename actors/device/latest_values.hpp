#pragma once

#include "persistence/store/store.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace muster {

/// The newest value of each key, and what is needed to store them with few rows: the stored
/// snapshot's newest time and arrival number. History rows after the snapshot that are no older
/// than its newest time are its journal; an older one is late and needs a new snapshot beside it.
class latest_values {
public:
  latest_values() = default;
  latest_values(persistence::put_latest&& snapshot,
                const std::vector<persistence::append_history>& journal);

  /// Takes one message into account; its history row gets `arrival()`. False when it is late.
  bool record(timestamp ts, const std::vector<key_value>& values);

  /// Takes `what` if it is no older than what is there; gives no arrival number.
  void update(std::string_view key, timestamp ts, const value& what);

  /// Time for a message without one: now, but never older than the newest that was given.
  timestamp give_time(timestamp now) noexcept;

  bool erase(std::string_view key);
  const latest_value* find(std::string_view key) const noexcept;
  /// By key.
  const std::vector<latest_value>& values() const noexcept { return values_; }

  /// Number of the newest history row.
  std::uint64_t arrival() const noexcept { return arrival_; }
  /// History rows that the stored snapshot does not cover.
  std::uint64_t journal_length() const noexcept { return arrival_ - stored_arrival_; }

  /// The snapshot to be stored now (activity left to the caller); from now on it counts as stored.
  persistence::put_latest snapshot();

private:
  std::vector<latest_value> values_;
  timestamp newest_ts_ = 0;
  timestamp newest_given_ = 0;
  std::uint64_t arrival_ = 0;
  timestamp stored_newest_ts_ = 0;
  std::uint64_t stored_arrival_ = 0;
};

} // namespace muster
