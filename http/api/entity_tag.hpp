#pragma once

#include <string>
#include <string_view>

namespace muster::http {

/// A strong entity tag of a body, in its quotes: equal for equal bodies only.
[[nodiscard]] std::string entity_tag(std::string_view body);

/// Whether the value of `If-None-Match` names the tag (weak or strong), or is `*`.
[[nodiscard]] bool matches_tag(std::string_view if_none_match, std::string_view tag) noexcept;

} // namespace muster::http
