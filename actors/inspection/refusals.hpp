#pragma once

#include "actors/inspection/flight_recorder.hpp"
#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace muster {

/// Why the edge has turned a device away before its actor was asked, or after.
enum class refusal : std::uint8_t {
  /// Its credentials, or a token that was its own before.
  credentials,
  rate_limit,
};

/// How often, and when last (wall time); 0: never.
struct refusal_count {
  std::uint64_t times = 0;
  timestamp last = 0;
};

/// What was refused to devices lately, for operators who ask why one is silent. Bounded: of many
/// devices those that were refused longest ago are forgotten. Thread-safe; used on refusals only.
class refusals {
public:
  /// As the token cache knows a token.
  using token_digest = std::array<std::uint8_t, 16>;

  /// `events` is told of them, too, and outlives this; null: nobody.
  explicit refusals(flight_recorder* events = nullptr) noexcept : events_(events) {}

  /// The device has other credentials now than those, as far as is known.
  void former(const token_digest& token, const device_id& device);
  /// Somebody came with a token that nobody has.
  void unknown(std::string_view token, timestamp now);
  void note(const device_id& device, refusal why, timestamp now);
  refusal_count of(const device_id& device, refusal why) const;

private:
  static constexpr std::size_t most_devices = 10'000;
  static constexpr std::size_t most_former = 10'000;

  struct entry {
    device_id device;
    std::array<refusal_count, 2> counts;
  };

  flight_recorder* const events_;
  mutable std::mutex mutex_;
  /// The latest first.
  std::list<entry> entries_;
  std::unordered_map<device_id, std::list<entry>::iterator> places_;
  std::map<token_digest, device_id> former_;
  /// Oldest first.
  std::deque<token_digest> former_order_;
};

} // namespace muster
