#pragma once

#include "actors/model/telemetry.hpp"
#include "actors/model/value.hpp"

#include <cstddef>
#include <vector>

namespace muster::http {

/// The memory in bytes that decoded values take from here to the disk, beside their text: small
/// ones cost many times their body. For `exchange::reserve_decoded`.
[[nodiscard]] std::size_t decoded_size(const std::vector<telemetry_entry>& entries) noexcept;
[[nodiscard]] std::size_t decoded_size(const std::vector<key_value>& values) noexcept;

} // namespace muster::http
