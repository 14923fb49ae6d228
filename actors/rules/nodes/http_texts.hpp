#pragma once

#include <string>
#include <string_view>

namespace muster {

/// The usual words for a status, as "Not Found"; empty: there are none.
std::string_view http_reason(int status) noexcept;
/// As a name, "NOT_FOUND"; the number for one that has no words.
std::string http_status_name(int status);

/// Whether the two make one header and nothing else; those that say where a body ends are none.
bool is_header(std::string_view name, std::string_view text) noexcept;
/// Names of headers are the same in any case of their letters.
bool same_header(std::string_view a, std::string_view b) noexcept;

} // namespace muster
