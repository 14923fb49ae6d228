#include "actors/cluster/links/channel.hpp"

#include "actors/cluster/wire/byte_reader.hpp"
#include "actors/cluster/wire/byte_writer.hpp"

#include <algorithm>

namespace muster {

namespace {

// A packet: number of the packet with envelopes (the last one, if it has none), number of the last
// one received, pings, pongs, a flag, and if that is set envelopes to its end. An envelope: kind
// and flag for more to come, id, bytes.
constexpr std::uint8_t more_to_come = 0x80;
constexpr std::uint8_t kinds = 5;
/// Kind, id and length.
constexpr std::size_t envelope_head = 1 + 10 + 5;
/// What pieces of large envelopes are sure of in each packet.
constexpr std::size_t piece_share = 64 * 1'024;
/// Pings or pongs in one packet.
constexpr std::size_t most_probes = 256;

void put_numbers(wire::byte_writer& to, std::vector<std::uint64_t>& numbers) {
  const std::size_t count = std::min(numbers.size(), most_probes);
  to.number(count);
  for (std::size_t i = 0; i < count; ++i) {
    to.number(numbers[i]);
  }
  numbers.clear();
}

void take_numbers(wire::byte_reader& from, std::vector<std::uint64_t>& into) {
  const std::uint64_t count = from.number();
  if (count > most_probes) {
    return from.fail();
  }
  for (std::uint64_t i = 0; i < count && from.good(); ++i) {
    into.push_back(from.number());
  }
}

void put_envelope(std::string& packet, std::uint8_t kind, std::uint64_t id,
                  std::string_view bytes) {
  wire::byte_writer to(packet);
  to.byte(kind);
  to.number(id);
  to.text(bytes);
}

} // namespace

void channel::queue(envelope&& what) {
  if (what.bytes.size() > max_whole) {
    large_bytes_ += what.bytes.size();
    large_.push_back({std::move(what), 0});
  } else {
    small_.push_back(std::move(what));
  }
}

void channel::ping(std::uint64_t number) {
  pings_.push_back(number);
}

std::optional<std::string> channel::next_packet() {
  const bool data = has_data() && sent_ - acknowledged_ < window;
  if (!data && !must_speak_ && pings_.empty() && pongs_.empty()) {
    return std::nullopt;
  }
  must_speak_ = false;
  std::string packet;
  wire::byte_writer to(packet);
  to.number(data ? ++sent_ : sent_);
  to.number(received_);
  put_numbers(to, pings_);
  put_numbers(to, pongs_);
  to.byte(data ? 1 : 0);
  if (data) {
    put_small(packet);
    put_piece(packet);
  }
  return packet;
}

void channel::put_small(std::string& packet) {
  const std::size_t room = max_packet - (large_.empty() ? 0 : piece_share);
  while (!small_.empty()) {
    const envelope& next = small_.front();
    if (packet.size() + next.bytes.size() + envelope_head > room) {
      return;
    }
    put_envelope(packet, static_cast<std::uint8_t>(next.kind), next.id, next.bytes);
    small_.pop_front();
  }
}

/// Few at a time, since the peer keeps what has come of each until it is whole.
void channel::begin_streams() {
  while (begun_ < large_.size()) {
    const std::size_t size = large_[begun_].what.bytes.size();
    if (begun_ > 0 && begun_bytes_ + size > max_begun) {
      return;
    }
    begun_bytes_ += size;
    ++begun_;
  }
}

void channel::put_piece(std::string& packet) {
  if (large_.empty()) {
    return;
  }
  begin_streams();
  stream next = std::move(large_.front());
  large_.pop_front();
  --begun_;
  const std::size_t size = next.what.bytes.size();
  const auto piece = std::string_view(next.what.bytes)
                         .substr(next.sent, max_packet - packet.size() - envelope_head);
  next.sent += piece.size();
  const bool last = next.sent == size;
  put_envelope(packet, static_cast<std::uint8_t>(next.what.kind) | (last ? 0 : more_to_come),
               next.what.id, piece);
  if (last) {
    begun_bytes_ -= size;
    large_bytes_ -= size;
    return;
  }
  // All that were begun get on alike.
  large_.insert(large_.begin() + static_cast<std::ptrdiff_t>(begun_), std::move(next));
  ++begun_;
}

bool channel::receive(std::string_view packet, arrivals& into) {
  wire::byte_reader from(packet);
  const std::uint64_t number = from.number();
  const std::uint64_t acknowledged = from.number();
  take_numbers(from, pongs_);
  take_numbers(from, into.pongs);
  const bool data = from.byte() != 0;
  if (!from.good() || acknowledged > sent_ || number > received_ + (data ? 1 : 0)) {
    return false;
  }
  acknowledged_ = std::max(acknowledged_, acknowledged);
  if (!data) {
    return from.finished();
  }
  must_speak_ = true;
  if (number <= received_) {
    return true;
  }
  received_ = number;
  while (from.left() != 0) {
    if (!take_envelope(from, into)) {
      return false;
    }
  }
  return from.good();
}

bool channel::take_envelope(wire::byte_reader& from, arrivals& into) {
  const std::uint8_t head = from.byte();
  const bool more = (head & more_to_come) != 0;
  const std::uint8_t kind = head & ~more_to_come;
  const std::uint64_t id = from.number();
  const std::string_view bytes = from.text();
  if (!from.good() || kind >= kinds) {
    return false;
  }
  const auto as = static_cast<envelope_kind>(kind);
  const auto begun = partial_.find({as, id});
  if (begun == partial_.end() && !more) {
    into.envelopes.push_back({as, id, bytes});
    return true;
  }
  partial_bytes_ += bytes.size();
  if (partial_bytes_ > max_partial) {
    return false;
  }
  std::string& whole = begun != partial_.end() ? begun->second : partial_[{as, id}];
  whole.append(bytes);
  if (!more) {
    partial_bytes_ -= whole.size();
    into.assembled.push_back(std::move(whole));
    into.envelopes.push_back({as, id, into.assembled.back()});
    partial_.erase({as, id});
  }
  return true;
}

std::vector<std::uint64_t> channel::unsent_requests() const {
  std::vector<std::uint64_t> unsent;
  for (const envelope& one : small_) {
    if (one.kind == envelope_kind::call) {
      unsent.push_back(one.id);
    }
  }
  for (const stream& one : large_) {
    if (one.what.kind == envelope_kind::call && one.sent == 0) {
      unsent.push_back(one.what.id);
    }
  }
  return unsent;
}

} // namespace muster
