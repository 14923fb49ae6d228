#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::persistence {

/// RFC 4648, padded.
[[nodiscard]] std::string base64(std::string_view bytes);
/// nullopt: it is not what `base64` writes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

} // namespace muster::persistence
