#pragma once

#include "actors/model/time.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace muster::http {

/// Slows down the guessing of passwords and of other secrets. Two counts, both of one address only,
/// so that nobody can lock a user out from somewhere else:
///
/// - user and address: after `free_tries` failures in a row each further one doubles the wait
///   before the next try, from one second up to `longest_wait`;
/// - address, over all users: `address_burst` failures, then one a second. A user who has logged in
///   from the address before does not feel it.
///
/// Of an IPv6 address only the network (64 bits) counts: who has one address there has them all.
/// A refused try costs no hashing and is answered 429 at once, which holds no connection and no
/// place of the hashing thread. Memory is bounded: the counts unused for longest are forgotten.
/// Thread-safe; times are of the steady clock.
class guess_throttle {
public:
  static constexpr std::uint32_t free_tries = 5;
  static constexpr milliseconds longest_wait = 30'000;
  static constexpr std::uint32_t address_burst = 20;
  /// Tries of one user from one address that may run at the same time.
  static constexpr std::uint32_t most_in_flight = 16;
  /// Failures are forgotten when none came for so long.
  static constexpr milliseconds forget_after = 15 * 60'000;

  /// `capacity`: counts kept, at least 2. `burst` and `in_flight`: its own `address_burst` and
  /// `most_in_flight`.
  explicit guess_throttle(std::size_t capacity = 10'000, std::uint32_t burst = address_burst,
                          std::uint32_t in_flight = most_in_flight)
      : capacity_{capacity}, burst_{burst}, in_flight_{in_flight} {}

  /// Nothing: go on, and call one of the three below. Else: come back after so many milliseconds.
  /// Tries that run are no failures yet, so that an application may log in many times at once;
  /// after `free_tries` failures only one may run.
  [[nodiscard]] std::optional<milliseconds> admit(std::string_view user, std::string_view address,
                                                  milliseconds now);
  /// The password was right.
  void succeeded(std::string_view user, std::string_view address, milliseconds now);
  /// The password was wrong.
  void failed(std::string_view user, std::string_view address, milliseconds now);
  /// The password was not looked at.
  void untried(std::string_view user, std::string_view address, milliseconds now);

  /// Counts held now.
  [[nodiscard]] std::size_t size() const;

private:
  struct entry {
    std::string key;
    std::uint32_t failures = 0;
    /// Of a pair; the count of an address takes those that run for failures.
    std::uint32_t in_flight = 0;
    milliseconds last = 0;
    bool known = false;
  };
  using entries = std::list<entry>;

  entry& touch(std::string key, milliseconds now);
  entry& landed(std::string_view user, std::string_view address, milliseconds now);

  mutable std::mutex mutex_;
  std::size_t capacity_;
  std::uint32_t burst_;
  std::uint32_t in_flight_;
  /// Most recently used first.
  entries order_;
  std::unordered_map<std::string_view, entries::iterator> index_;
};

} // namespace muster::http
