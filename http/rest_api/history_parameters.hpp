#pragma once

#include "actors/model/query.hpp"
#include "http/api/query.hpp"
#include "http/json/writer.hpp"

#include <string>
#include <vector>

namespace muster::http::rest {

/// What was asked of a device's history.
struct history_request {
  std::vector<std::string> keys;
  /// Without key and caller.
  read_history range;
  json::value_form form = json::value_form::text;
};

/// `startTs`, `endTs` and `keys` must be there; `intervalType`, `interval`, `timeZone`, `limit`,
/// `agg`, `orderBy`, `useStrictDataTypes` have the reference's defaults.
[[nodiscard]] result<history_request> read_history_request(const query_parameters& query);

} // namespace muster::http::rest
