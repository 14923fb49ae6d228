#pragma once

#include "actors/device/effects.hpp"
#include "actors/device/settings.hpp"
#include "actors/model/attribute.hpp"
#include "persistence/store/store.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace muster {

/// Whether the device is active: it is from its first sign of life until nothing was heard for the
/// inactivity timeout. A device is active exactly while it has a durable deadline of the kind
/// `inactivity`, so becoming active costs that one row; the deadline is only moved when it fires.
///
/// When the device last spoke costs no row of its own: history rows with a time of the server tell
/// it, what they do not tell is `unsaved` until the next snapshot of the latest values.
class device_activity {
public:
  device_activity() = default;
  /// `heard`: newest sign of life in the journal.
  device_activity(persistence::activity seen, timestamp heard,
                  std::optional<timestamp> due) noexcept;

  /// The device spoke. `in_history`: a history row of this submission tells when.
  void spoke(instant now, bool in_history, effects& out);

  /// The server attribute `inactivityTimeout` is now this one (null: not set). What its profile
  /// says counts when it is not set, or not a time; 0: nothing is said.
  void set_timeout(const value* what, timestamp now, effects& out);
  void set_fallback(milliseconds profiles, const value* what, timestamp now, effects& out);
  milliseconds fallback() const noexcept { return fallback_; }
  /// Same at activation, where nothing follows from it.
  void restore_timeout(milliseconds profiles, const value* what) noexcept;

  /// Fires the inactivity deadline when it is due. True when the device became inactive, which is
  /// to be saved.
  bool tick(timestamp now, effects& out);

  /// Signs of life have waited for a snapshot long enough.
  bool save_due(milliseconds steady) const noexcept { return steady >= save_at_; }
  bool unsaved() const noexcept { return save_at_ != never; }
  /// What the snapshot says; from now on it counts as saved.
  persistence::activity save() noexcept;

  /// Steady time at which `tick` or a snapshot is wanted.
  milliseconds next_deadline(instant now) const noexcept;
  std::optional<timestamp> due() const noexcept { return due_; }
  const persistence::activity& seen() const noexcept { return seen_; }

  /// As attributes of the server scope: `active`, and the times that there are. Saved attributes of
  /// these names are hidden behind them.
  std::vector<attribute> attributes(timestamp created) const;
  static bool owns(std::string_view key) noexcept;

  static constexpr milliseconds default_timeout = 600'000;
  static constexpr milliseconds save_after = 60'000;

private:
  milliseconds read_timeout(const value* what) const noexcept;
  void put_due(timestamp at, effects& out);

  persistence::activity seen_;
  milliseconds fallback_ = 0;
  milliseconds timeout_ = default_timeout;
  milliseconds save_at_ = never;
  std::optional<timestamp> due_;
};

} // namespace muster
