#pragma once

#include <string>
#include <string_view>

namespace muster::http {

/// What the access log shows of a path: the words of known routes and, away from the device API,
/// the ids between them. Whatever else stands there may be a device's token in a route that was
/// misspelt or encoded, so each such segment is `***`.
std::string logged_path(std::string_view path);

} // namespace muster::http
