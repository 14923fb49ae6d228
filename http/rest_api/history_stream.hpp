#pragma once

#include "actors/service/service.hpp"
#include "http/rest_api/history_text.hpp"
#include "http/server/exchange.hpp"

#include <memory>

namespace muster::http::rest {

/// The rest of a history answer that is too long to be sent whole: the next page is read when the
/// client has taken the last one. An error then can't be told any more: it is logged and the
/// connection ends without the last chunk.
[[nodiscard]] std::unique_ptr<body_source> stream_history(history_text made, service& below);

} // namespace muster::http::rest
