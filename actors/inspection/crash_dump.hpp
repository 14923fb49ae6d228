#pragma once

#include "actors/inspection/flight_recorder.hpp"

#include <string>
#include <string_view>

namespace muster {

/// Has a crash of the process (SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, an exception that nobody
/// catches) leave what the recorder holds as a file `crash-<milliseconds>.jsonl` of mode 0600 in
/// the data folder: one JSON object a line, the first of the crash itself. Then what would have
/// happened happens: the process ends by that signal. A process has one: while it lives, another
/// one does nothing.
///
/// A thread whose stack is used up leaves them if it was given another one (`give_crash_stack`), as
/// the one that makes this is.
class crash_dump {
public:
  /// The recorder outlives it. Of earlier crashes' files the newest are kept. `version`: of the
  /// program.
  crash_dump(const std::string& folder, const flight_recorder& of, std::string_view version);
  /// Crashes leave nothing any more.
  ~crash_dump();
  crash_dump(const crash_dump&) = delete;
  crash_dump& operator=(const crash_dump&) = delete;

private:
  bool first_;
};

} // namespace muster
