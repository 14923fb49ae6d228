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

/// SpiderMonkey on one thread, which makes, uses and destroys it.
class script_runtime {
public:
  /// Error: internal, when there is no memory for it.
  static result<std::unique_ptr<script_runtime>> make(std::shared_ptr<script_watchdog> watchdog);
  ~script_runtime();

  const std::shared_ptr<script_watchdog>& watchdog() const noexcept;

  /// Error: invalid, with line and column.
  result<void> check(const script_source& source);

  /// Compiles the script at its first call.
  tl::expected<std::string, script_failure> call(const std::shared_ptr<const script_state>& state,
                                                 const script_arguments& arguments,
                                                 const script_limits& limits);

private:
  struct parts;
  explicit script_runtime(std::unique_ptr<parts> of);
  std::unique_ptr<parts> parts_;
};

} // namespace muster
