#pragma once

#include "actors/model/attribute.hpp"

#include <optional>
#include <string_view>

namespace muster {

/// By the names of the wire.
inline std::optional<attribute_scope> scope_of(std::string_view name) noexcept {
  if (name == "CLIENT_SCOPE") {
    return attribute_scope::client;
  }
  if (name == "SHARED_SCOPE") {
    return attribute_scope::shared;
  }
  if (name == "SERVER_SCOPE") {
    return attribute_scope::server;
  }
  return std::nullopt;
}

} // namespace muster
