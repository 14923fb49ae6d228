#pragma once

#include "actors/rules/nodes/configuration.hpp"

#include <cstdint>
#include <string_view>

namespace muster {

/// Where in a message a node reads or writes.
enum class message_part : std::uint8_t { metadata, body };

/// `METADATA` or `DATA` in the member `name`; old configurations have the flag `old` instead,
/// whose `true` means `meant`.
message_part read_part(configuration_reader& from, std::string_view name, message_part usual,
                       std::string_view old, message_part meant);

} // namespace muster
