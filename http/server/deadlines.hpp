#pragma once

#include "actors/model/time.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace muster::http {

/// What a connection may wait for; each kind has one fixed span.
enum class wait_kind : std::uint8_t { handshake, head, body, write, idle, linger, none };

/// The place of a connection in one of the lists of `deadlines`.
struct deadline_hook {
  deadline_hook* previous = nullptr;
  deadline_hook* next = nullptr;
  milliseconds due = 0;
  wait_kind kind = wait_kind::none;
};

/// All deadlines of a reactor. Each kind's span is fixed, so its list is in order by itself:
/// setting and clearing cost a few pointer writes and no allocation. One thread.
class deadlines {
public:
  using spans = std::array<milliseconds, static_cast<std::size_t>(wait_kind::none)>;

  explicit deadlines(const spans& lengths);
  deadlines(const deadlines&) = delete;
  deadlines& operator=(const deadlines&) = delete;

  /// Makes `hook` due its kind's span after `now`, whatever it waited for before.
  void set(deadline_hook& hook, wait_kind kind, milliseconds now);
  /// Takes `hook` out of its list.
  static void clear(deadline_hook& hook);
  /// One hook that is due at `now`, taken out of its list with its kind kept; null when none is.
  deadline_hook* pop(milliseconds now);
  /// When the first one is due.
  [[nodiscard]] std::optional<milliseconds> first() const;

private:
  spans spans_;
  std::array<deadline_hook, static_cast<std::size_t>(wait_kind::none)> lists_;
};

} // namespace muster::http
