#include "actors/cluster/wire/codec.hpp"

#include "actors/cluster/wire/decoder.hpp"
#include "actors/cluster/wire/encoder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace muster::wire {

namespace {

/// Those that a device's actor gives; their places are what is written.
using device_reply =
    std::variant<done, error, device_attributes, std::vector<attribute>, std::vector<latest_value>,
                 rpc_delivery, attribute_changes, rpc_answer, rpc_accepted, device_info,
                 credentials, claim_result, alarm, alarm_comment, inspected>;

template <class T, class... Alternatives>
constexpr std::uint8_t place_of(const std::variant<Alternatives...>*) {
  std::uint8_t place = 0;
  ((std::same_as<T, Alternatives> || (++place, false)) || ...);
  return place;
}

constexpr std::uint8_t reply_kinds = std::variant_size_v<device_reply>;

/// No command is meant to wait longer; beyond it sums could overflow.
constexpr milliseconds longest_wait = 366LL * 24 * 60 * 60 * 1'000;

tl::unexpected<error> refused(std::string_view what) {
  return fail(error_code::malformed, std::string(what) + " of another node can't be read");
}

milliseconds left_until(std::int64_t time, std::int64_t now) {
  milliseconds left = 0;
  if (__builtin_sub_overflow(time, now, &left)) {
    return time < 0 ? -longest_wait : longest_wait;
  }
  return std::clamp(left, -longest_wait, longest_wait);
}

void put_body(encoder& to, const command_body& body, timestamp now) {
  const auto* rpc = std::get_if<send_rpc>(&body);
  if (rpc == nullptr || rpc->request.persistent) {
    return to.put(body);
  }
  command_body relative = body;
  auto& expiration = std::get<send_rpc>(relative).request.expiration;
  expiration = left_until(expiration, now);
  to.put(relative);
}

void get_body(decoder& from, command_body& body, timestamp now) {
  from.get(body);
  auto* rpc = std::get_if<send_rpc>(&body);
  if (rpc == nullptr || rpc->request.persistent) {
    return;
  }
  auto& expiration = rpc->request.expiration;
  if (expiration < -longest_wait || expiration > longest_wait) {
    return from.bytes().fail();
  }
  expiration += now;
}

template <class T>
void put_reply(encoder& to, const T& what) {
  constexpr std::uint8_t place = place_of<T>(static_cast<const device_reply*>(nullptr));
  if constexpr (place < reply_kinds) {
    to.bytes().byte(place);
    to.put(what);
  } else {
    spdlog::error("a reply that no device gives was to be sent to another node");
    put_reply(to, error{error_code::internal, {}});
  }
}

} // namespace

std::string encode(const command& what, instant now) {
  std::string bytes;
  encoder to(bytes);
  to.bytes().byte(wire_version);
  to.put(what.device);
  to.put(what.sender);
  to.put(what.deadline != 0);
  if (what.deadline != 0) {
    to.put(left_until(what.deadline, now.steady));
  }
  put_body(to, what.body, now.wall);
  return bytes;
}

result<command> decode_command(std::string_view bytes, instant now) {
  decoder from(bytes);
  if (from.bytes().byte() != wire_version) {
    from.bytes().fail();
  }
  command what;
  from.get(what.device);
  from.get(what.sender);
  if (from.get<bool>()) {
    const auto left = from.get<milliseconds>();
    if (left < -longest_wait || left > longest_wait) {
      from.bytes().fail();
    }
    // 0 would be none at all.
    what.deadline = std::max<milliseconds>(1, now.steady + left);
  }
  get_body(from, what.body, now.wall);
  if (!from.bytes().finished()) {
    return refused("a command");
  }
  return what;
}

std::string encode(const reply& what) {
  std::string bytes;
  encoder to(bytes);
  to.bytes().byte(wire_version);
  std::visit([&to](const auto& alternative) { put_reply(to, alternative); }, what);
  return bytes;
}

result<reply> decode_reply(std::string_view bytes) {
  decoder from(bytes);
  if (from.bytes().byte() != wire_version) {
    from.bytes().fail();
  }
  auto what = from.get<device_reply>();
  if (!from.bytes().finished()) {
    return refused("a reply");
  }
  return std::visit([](auto& alternative) { return reply(std::move(alternative)); }, what);
}

std::string encode(const poll_report& what) {
  std::string bytes;
  encoder to(bytes);
  to.bytes().byte(wire_version);
  to.put(what);
  return bytes;
}

result<poll_report> decode_report(std::string_view bytes) {
  decoder from(bytes);
  if (from.bytes().byte() != wire_version) {
    from.bytes().fail();
  }
  const auto what = from.get<poll_report>();
  if (!from.bytes().finished()) {
    return refused("a report of a poll");
  }
  return what;
}

} // namespace muster::wire
