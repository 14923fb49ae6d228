#pragma once

#include "actors/rules/scripts/script_runtime.hpp"

#include <jsapi.h>

#include <string>

namespace muster {

/// A script on one thread: its own global object, in a zone of its own, and the function in it.
class compiled_script {
public:
  /// On the context's thread, as are all calls and the end.
  explicit compiled_script(JSContext* context);

  /// Once, before any call. Error: invalid, with what does not compile and where.
  result<void> compile(const script_source& source);

  /// The JSON text that it returned; on failure an exception is pending, or the call was
  /// interrupted.
  tl::expected<std::string, script_failure> call(const script_arguments& arguments,
                                                 const script_limits& limits);

  /// Bytes of all that its global variables hold, and of garbage.
  std::size_t used_bytes();

  /// Drops its garbage only.
  void collect_garbage();

private:
  JSContext* const context_;
  JS::PersistentRootedObject global_;
  JS::PersistentRootedFunction body_;
  /// The engine's counters of the global object's zone.
  JS::PersistentRootedObject memory_;
  /// Between the JSON texts and the body; it took what it needs before the body could change it.
  JS::PersistentRootedValue caller_;
};

} // namespace muster
