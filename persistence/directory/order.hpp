#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"
#include "actors/model/rpc.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster::persistence {

// How lists are ordered, by every store alike. Descending is the exact reverse of ascending.

/// Of a text only so many bytes count: it may be megabytes long, and its order beyond them is
/// nobody's concern.
inline constexpr std::size_t sorted_bytes = 256;

enum class device_property : std::uint8_t { created, name, type, label };

/// Empty: by creation. Unknown: error invalid.
result<device_property> parse_device_property(std::string_view text);

/// What a device is ordered by: one of the two, then its id.
struct sort_key {
  std::string text;
  timestamp time = 0;
  uuid id;

  friend auto operator<=>(const sort_key&, const sort_key&) = default;
};

/// Texts in lower case.
sort_key key_of(const device_info& device, device_property by);

/// By createdTime (also when empty), expirationTime, request or response, of which only the first
/// 256 bytes count, so that a key is small; else error invalid.
result<sort_key> key_of(const rpc_record& rpc, std::string_view property);

} // namespace muster::persistence
