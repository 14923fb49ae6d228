#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace muster {

enum class script_language : std::uint8_t {
  javascript,
  /// ThingsBoard's own language, as far as it is JavaScript too, with `remove` on objects and
  /// `equals` on strings.
  tbel,
};

/// What a script is asked for. Its body is that of a function of `msg` (JSON), `metadata` (an
/// object of strings) and `msgType` (a string).
enum class script_kind : std::uint8_t {
  /// A boolean.
  filter,
  /// A string or an array of strings: the relations to follow.
  switch_,
  /// `{msg, metadata, msgType}`, each may be missing, or an array of such.
  transform,
  /// As transform, from the message made before: `prevMsg`, `prevMetadata` and `prevMsgType`.
  generate,
  /// A string, for the log.
  to_string,
  /// Any JSON: the details of an alarm.
  json,
};

struct script_source {
  std::string body;
  script_language language = script_language::javascript;
  script_kind kind = script_kind::filter;
};

struct script_state;

/// One script of one rule node. Copies are the same script: they share its suspension and, on each
/// thread, its global variables. Copies may be used by many threads at once. What a thread has
/// compiled of it goes when, after the last copy, that thread compiles another.
class script {
public:
  explicit script(script_source source);

  const script_source& source() const noexcept;

  /// Steady milliseconds at which its suspension ends; none when it may run. Any thread.
  std::optional<milliseconds> suspended_until(instant now) const;

private:
  friend class script_engine;
  std::shared_ptr<script_state> state_;
};

} // namespace muster
