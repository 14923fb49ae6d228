#pragma once

#include "http/json/events.hpp"

#include <string_view>

namespace muster::http::json {

/// Reads text as Gson's lenient parser does: unquoted and single-quoted names and strings, comments
/// (`//`, `#`, `/* */`), `;` for `,`, `=` and `=>` for `:`, a `)]}'` line or a byte order mark at
/// the start, literals in any case, control characters inside strings, missing array elements as
/// nulls, an empty document as null. False with `to.error` set: syntax with line and column, or
/// what `to` refused. Our own documents may be nested deeper than what comes in, `deepest` levels.
bool parse_lenient(std::string_view text, events& to, std::size_t deepest = deepest_nesting);

} // namespace muster::http::json
