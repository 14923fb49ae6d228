#pragma once

#include "actors/inspection/flight_recorder.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace muster {

/// Builds a line of JSON in memory that is there already, so that a signal's handler may use it.
/// What does not fit is left out.
class line_writer {
public:
  explicit line_writer(std::span<char> into) noexcept : into_(into) {}

  line_writer& raw(std::string_view text) noexcept;
  /// A string in quotes, what JSON does not allow in it replaced.
  line_writer& quoted(std::string_view text) noexcept;
  line_writer& number(std::int64_t of) noexcept;
  /// In quotes.
  line_writer& id(const uuid& of) noexcept;

  std::string_view text() const noexcept { return {into_.data(), used_}; }

private:
  std::span<char> into_;
  std::size_t used_ = 0;
};

/// Longer than any event's line.
inline constexpr std::size_t longest_event_line = 512;

/// `{"ts":...,"what":"command",...}` without an end of line. Safe in a signal's handler.
std::string_view event_line(const recorded_event& what,
                            std::span<char, longest_event_line> into) noexcept;

} // namespace muster
