#pragma once

#include "actors/rules/scripts/script_engine.hpp"
#include "tests/catch.hpp"

#include <string>
#include <string_view>

namespace muster {

/// What a script returned, as JSON text, or what it failed with after "failed: ".
inline std::string called(script_engine& engine, const script& what, std::string_view msg = "{}",
                          std::string_view metadata = "{}", instant now = {}) {
  auto returned = engine.run(what, msg, metadata, "POST_TELEMETRY_REQUEST", now);
  return returned ? *returned : "failed: " + returned.error().message;
}

/// The same of a new script in a new engine.
inline std::string called(std::string body, std::string_view msg = "{}",
                          std::string_view metadata = "{}",
                          script_language language = script_language::javascript) {
  script_engine engine;
  return called(engine, script({std::move(body), language, script_kind::json}), msg, metadata);
}

} // namespace muster
