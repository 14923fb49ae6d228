#pragma once

#include "actors/model/attribute.hpp"
#include "actors/model/error.hpp"
#include "actors/model/telemetry.hpp"
#include "actors/model/uuid.hpp"
#include "http/api/query.hpp"
#include "http/json/writer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http::rest {

/// `{entityType}/{entityId}` of the telemetry endpoints; devices are all there is.
[[nodiscard]] result<device_id> read_entity(std::string_view type, std::string_view id);

/// The keys that `keys=a,b` and `key=` name, in order; nullopt when none is named.
[[nodiscard]] result<std::optional<std::vector<std::string>>>
read_keys(const query_parameters& query);

/// `["k1","k2"]` of things that have a `key`.
template <class Keyed>
std::string names_json(const std::vector<Keyed>& things) {
  std::string out = "[";
  for (const Keyed& thing : things) {
    if (out.size() > 1) {
      out += ',';
    }
    json::append_string(out, thing.key);
  }
  out += ']';
  return out;
}

} // namespace muster::http::rest
