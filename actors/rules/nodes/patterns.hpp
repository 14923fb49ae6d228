#pragma once

#include "actors/rules/engine/rule_message.hpp"

#include <string>
#include <string_view>

namespace muster {

/// The text with its places filled (reference rules, section 1): `${key}` by the metadata,
/// `$[a.b]` by a scalar of the body, `${*}` and `$[*]` by all of either. What is not there stays as
/// it is written.
std::string fill_pattern(std::string_view pattern, const rule_message& message);

} // namespace muster
