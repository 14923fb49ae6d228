#pragma once

#include "actors/model/command.hpp"
#include "actors/model/error.hpp"
#include "actors/model/reply.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::wire {

/// Of all that nodes say to one another. Every change of an encoding, of a variant's alternatives
/// or of the packets raises it; nodes of different versions refuse each other.
inline constexpr std::uint8_t wire_version = 4;

// To bytes and back. Decoding refuses (malformed) what is short, long or unknown; it never throws
// anything but std::bad_alloc and allocates in proportion to the bytes that are there.

/// Clocks of nodes differ, so the deadline travels as the time that is left at `now`, and so does
/// the expiration of an RPC for which its caller waits; that of a persistent one is data.
std::string encode(const command& what, instant now);
result<command> decode_command(std::string_view bytes, instant now);

/// Replies that no device gives (lists, history, users, ...) become an internal error.
std::string encode(const reply& what);
result<reply> decode_reply(std::string_view bytes);

std::string encode(const poll_report& what);
result<poll_report> decode_report(std::string_view bytes);

} // namespace muster::wire
