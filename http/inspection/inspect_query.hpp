#pragma once

#include "actors/model/query.hpp"
#include "http/api/query.hpp"

#include <string_view>

namespace muster::http {

/// What an operator asks by `/api/inspect/<what>?<query>`, whichever way it came; `what` is decoded
/// already. Of no caller, and without leave to change anything. Error: invalid.
[[nodiscard]] result<inspect> read_inspect(std::string_view what, const query_parameters& query);

} // namespace muster::http
