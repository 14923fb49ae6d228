#pragma once

#include "actors/model/error.hpp"
#include "http/server/exchange.hpp"

#include <string>

namespace muster::http::rest {

/// `https://host:port` as the client reached the server, through trusted proxies. `invalid` when
/// the request names no host, or one that could not stand in a link or a command.
[[nodiscard]] result<std::string> base_url(const exchange& request);

} // namespace muster::http::rest
