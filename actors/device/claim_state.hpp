#pragma once

#include "actors/device/settings.hpp"
#include "actors/model/time.hpp"
#include "persistence/store/mutation.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace muster {

/// Whether two secrets are the same; takes as long for any that are not.
bool same_secret(std::string_view a, std::string_view b) noexcept;

/// A device's standing offer to be claimed, and who guessed wrong at its secret. The offer is
/// stored; guesses are counted in memory, and keep the device there until their minute is over.
class claim_state {
public:
  static constexpr int max_guesses = 5;
  static constexpr milliseconds guess_window = 60'000;

  claim_state() = default;
  explicit claim_state(std::optional<persistence::claim_offer> offer) : offer_(std::move(offer)) {}

  const std::optional<persistence::claim_offer>& offer() const noexcept { return offer_; }
  bool stands(timestamp now) const noexcept { return offer_ && offer_->expires > now; }
  void put(persistence::claim_offer offer) { offer_ = std::move(offer); }
  void clear() noexcept { offer_.reset(); }

  /// Too many wrong guesses: nothing is compared until their minute is over.
  bool locked(milliseconds steady) const noexcept {
    return guesses_ >= max_guesses && steady < guesses_end_;
  }
  void guessed_wrong(milliseconds steady) noexcept;
  void forget_guesses(milliseconds steady) noexcept;
  /// Steady time at which guesses are forgotten; `never`: there are none.
  milliseconds guesses_end() const noexcept { return guesses_ == 0 ? never : guesses_end_; }

private:
  std::optional<persistence::claim_offer> offer_;
  std::uint8_t guesses_ = 0;
  milliseconds guesses_end_ = 0;
};

} // namespace muster
