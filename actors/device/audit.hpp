#pragma once

#include "actors/model/attribute.hpp"
#include "actors/model/value.hpp"
#include "actors/rules/nodes/scopes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// A JSON string with its quotes.
std::string json_quoted(std::string_view text);

/// `{"scope":"...","keys":[...],"count":n}`: which keys a change was of, at most 100 of them, never
/// their values. An empty scope is left out.
json_text audit_keys(std::string_view scope, const std::vector<std::string_view>& keys);

} // namespace muster
