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

inline std::string_view scope_name(attribute_scope scope) noexcept {
  switch (scope) {
  case attribute_scope::client:
    return "CLIENT_SCOPE";
  case attribute_scope::shared:
    return "SHARED_SCOPE";
  case attribute_scope::server:
    break;
  }
  return "SERVER_SCOPE";
}

} // namespace muster
