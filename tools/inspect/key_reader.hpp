#pragma once

#include <termios.h>

#include <chrono>
#include <optional>

namespace muster::inspect {

/// Single keys of the terminal, without waiting for the end of a line, as long as this lives. Where
/// the input is no terminal there are none, and nothing is changed. Of one thread.
class key_reader {
public:
  key_reader();
  /// The terminal is as it was before.
  ~key_reader();
  key_reader(const key_reader&) = delete;
  key_reader& operator=(const key_reader&) = delete;

  /// The next key that is pressed within that time. Ctrl-C is a key as well, and the end of the
  /// input counts as that.
  std::optional<char> wait(std::chrono::milliseconds most) const;

  static constexpr char ctrl_c = 3;

private:
  /// Asked for when `terminal_` is made.
  termios before_{};
  bool terminal_ = false;
};

} // namespace muster::inspect
