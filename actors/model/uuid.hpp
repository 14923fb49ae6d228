#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// 16 bytes in network order.
struct uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const uuid&, const uuid&) = default;
};

/// Reads the 36-character form, hexadecimal digits in any case; nullopt for anything else.
std::optional<uuid> parse_uuid(std::string_view text) noexcept;

/// The 36-character form in lower case.
std::string to_string(const uuid& id);

/// A version 4 identifier from the kernel's random source. Thread-safe.
uuid random_uuid();

/// A version 7 identifier of that time (Unix milliseconds): it sorts behind those that this process
/// made before it for the same time. Thread-safe.
uuid ordered_uuid(std::int64_t time);

/// An identifier of one kind of entity; the tag keeps kinds from being mixed up.
template <class Tag>
struct entity_id {
  uuid value;

  friend auto operator<=>(const entity_id&, const entity_id&) = default;
};

template <class Tag>
std::string to_string(const entity_id<Tag>& id) {
  return to_string(id.value);
}

using device_id = entity_id<struct device_tag>;
using tenant_id = entity_id<struct tenant_tag>;
using customer_id = entity_id<struct customer_tag>;
using user_id = entity_id<struct user_tag>;
using profile_id = entity_id<struct profile_tag>;
using package_id = entity_id<struct package_tag>;
using rule_chain_id = entity_id<struct rule_chain_tag>;
using rule_node_id = entity_id<struct rule_node_tag>;
using alarm_id = entity_id<struct alarm_tag>;
using alarm_comment_id = entity_id<struct alarm_comment_tag>;
/// Of a persistent RPC, as applications know it; devices know RPCs by a small number.
using rpc_id = entity_id<struct rpc_tag>;

/// What the wire shows where there is no customer or no tenant (reference REST, 1.1).
inline constexpr uuid null_uuid{{0x13, 0x81, 0x40, 0x00, 0x1d, 0xd2, 0x11, 0xb2, 0x80, 0x80, 0x80,
                                 0x80, 0x80, 0x80, 0x80, 0x80}};

} // namespace muster

template <>
struct std::hash<muster::uuid> {
  std::size_t operator()(const muster::uuid& id) const noexcept {
    // Identifiers may come from clients (imports), so both halves are mixed.
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes.data(), 8);
    std::memcpy(&low, id.bytes.data() + 8, 8);
    std::uint64_t mixed = (high ^ (low * 0x9e3779b97f4a7c15ULL)) * 0xff51afd7ed558ccdULL;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32));
  }
};

template <class Tag>
struct std::hash<muster::entity_id<Tag>> {
  std::size_t operator()(const muster::entity_id<Tag>& id) const noexcept {
    return std::hash<muster::uuid>{}(id.value);
  }
};
