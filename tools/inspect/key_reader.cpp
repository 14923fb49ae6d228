#include "tools/inspect/key_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <thread>

namespace muster::inspect {

key_reader::key_reader()
    : terminal_(isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &before_) == 0) {
  if (terminal_) {
    termios single = before_;
    single.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
    tcsetattr(STDIN_FILENO, TCSANOW, &single);
  }
}

key_reader::~key_reader() {
  if (terminal_) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
}

std::optional<char> key_reader::wait(std::chrono::milliseconds most) const {
  if (!terminal_) {
    std::this_thread::sleep_for(most);
    return std::nullopt;
  }
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, static_cast<int>(most.count())) <= 0) {
    return std::nullopt;
  }
  char key = 0;
  return ::read(STDIN_FILENO, &key, 1) == 1 ? key : ctrl_c;
}

} // namespace muster::inspect
