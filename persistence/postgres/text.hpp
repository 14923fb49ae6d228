#pragma once

#include <string>
#include <string_view>

namespace muster::persistence::postgres {

// PostgreSQL keeps valid UTF-8 without zero bytes; Muster's texts may be any bytes. What it could
// not keep is written as U+2400 (the picture of NUL) and two hexadecimal digits, U+2400 itself as
// two of them, so different texts stay different.

/// As the database keeps it; most texts as they are.
std::string encoded_text(std::string_view text);

/// The inverse of encoded_text.
std::string decoded_text(std::string_view stored);

} // namespace muster::persistence::postgres
