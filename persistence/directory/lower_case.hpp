#pragma once

#include <string>
#include <string_view>

namespace muster::persistence {

/// UTF-8 in lower case, for names and e-mail addresses in any case: Latin (with the accented
/// letters of its first two Unicode blocks), Greek and Cyrillic. Our own fixed rule instead of the
/// C library's, because the result is part of keys on disk. Bytes that are not valid UTF-8 are
/// kept.
std::string lower_case(std::string_view text);

} // namespace muster::persistence
