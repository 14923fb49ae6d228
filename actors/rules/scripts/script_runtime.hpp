#pragma once

#include "actors/rules/scripts/script_engine.hpp"
#include "actors/rules/scripts/script_state.hpp"
#include "actors/rules/scripts/script_watchdog.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace muster {

/// Why a call gave nothing.
struct script_failure {
  /// The script exceeded a limit; else it failed by itself.
  bool overrun = false;
  /// For people, in English, without a final dot.
  std::string message;
};

/// The JSON texts and the type that a script is called with.
struct script_arguments {
  std::string_view msg;
  std::string_view metadata;
  std::string_view type;
};

/// Runs scripts on one thread, which makes, uses and destroys it.
class script_runtime {
public:
  virtual ~script_runtime() = default;

  /// Error: invalid, with line and column.
  virtual result<void> check(const script_source& source) = 0;

  /// Compiles the script where it is not. `time` is that of this call, already begun.
  virtual tl::expected<std::string, script_failure> call(const std::shared_ptr<script_state>& state,
                                                         const script_arguments& arguments,
                                                         const watched_thread& time) = 0;

  /// Drops the script's global variables and all garbage: after an overrun.
  virtual void forget(const script_state& state) = 0;

  /// Makes the runtime ask soon whether the time is over. Any thread.
  virtual void interrupt() noexcept = 0;
};

/// A runtime for this thread, or nothing when there is no memory for it. What implements it is in a
/// module that is loaded at the first call: a program without scripts does not pay for the engine's
/// thirty megabytes.
/// Error: internal, when the module is missing or there is no memory.
result<std::unique_ptr<script_runtime>> make_script_runtime(const script_limits& limits);

/// The only symbol of the module; null when there is no memory.
using make_script_runtime_function = script_runtime*(const script_limits&);
inline constexpr const char* make_script_runtime_symbol = "muster_make_script_runtime";

} // namespace muster
