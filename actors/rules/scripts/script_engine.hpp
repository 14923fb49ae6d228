#pragma once

#include "actors/rules/scripts/script.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace muster {

/// What a script may use. Lengths are in characters of UTF-16 for results, in bytes of UTF-8 else.
struct script_limits {
  /// Processor time of one call in milliseconds: a busy machine suspends nobody.
  milliseconds call_time = 50;
  std::size_t body = 50'000;
  std::size_t arguments = 100'000;
  std::size_t result = 300'000;
  /// What a script may keep from one call to the next.
  std::size_t kept_bytes = 1 << 20;
  /// So many overruns (of time, memory or the result's length), each within `suspension` of the one
  /// before, suspend a script for `suspension`.
  int overruns = 3;
  milliseconds suspension = 60'000;
};

/// Runs the scripts of rule nodes. Made once for a process; costs nothing before the first script.
/// Every thread that calls it gets a runtime of its own, which ends with the thread: no call waits
/// for another. All members may be called by any thread, also after others of the same engine have
/// ended.
class script_engine {
public:
  explicit script_engine(script_limits limits = {});
  ~script_engine();
  script_engine(const script_engine&) = delete;
  script_engine& operator=(const script_engine&) = delete;

  /// Whether it compiles. Error: invalid, with what is wrong and the line and column of the body.
  result<void> check(const script_source& source);

  /// Calls the script on this thread, at most some milliseconds longer than the limit, and returns
  /// the JSON text of what it returned. `msg_json` and `metadata_json` are valid JSON; integers of
  /// `msg_json` that no double holds keep their digits where the script leaves them in their place.
  /// Errors, to go along Failure: invalid with the script's own message and its place, or with the
  /// limit that was exceeded; overloaded while the script is suspended.
  result<std::string> run(const script& what, std::string_view msg_json,
                          std::string_view metadata_json, std::string_view type, instant now);

private:
  struct core;
  std::unique_ptr<core> core_;
};

} // namespace muster
