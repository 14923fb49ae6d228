#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

namespace wire {
class byte_reader;
}

/// What two nodes say to each other. The numbers travel.
enum class envelope_kind : std::uint8_t {
  /// `id`: the sender's name of the call.
  call = 0,
  /// `id`: that of the call.
  answer = 1,
  report = 2,
  /// What caches should forget.
  news = 3,
  /// The sender carries out nothing more: what it has not answered before this, it has not done.
  farewell = 4,
};

struct envelope {
  envelope_kind kind = envelope_kind::call;
  /// Of two large envelopes of a kind that are under way only one has it.
  std::uint64_t id = 0;
  std::string bytes;
};

/// An envelope as it has arrived; `bytes` lives as long as the packet and the `arrivals`.
struct arrived_envelope {
  envelope_kind kind = envelope_kind::call;
  std::uint64_t id = 0;
  std::string_view bytes;
};

struct arrivals {
  std::vector<arrived_envelope> envelopes;
  /// Our pings that the peer has answered.
  std::vector<std::uint64_t> pongs;
  /// Those that came in pieces.
  std::deque<std::string> assembled;
};

/// One end of a session between two nodes, without threads or sockets: makes packets of envelopes
/// and envelopes of packets. Small envelopes that gather while packets are on their way travel
/// together, large ones in pieces that leave room for the small ones. Few packets are on their way
/// unacknowledged, so what the peer does not take stays here, where it is counted.
///
/// The way between may lose packets only with all that follow: a gap ends the session. What arrives
/// twice is dropped. Not thread-safe.
class channel {
public:
  /// With its CAF header a packet stays below 256 KiB, which keeps heartbeats on time.
  static constexpr std::size_t max_packet = 255 * 1'024;
  /// Larger ones travel in pieces.
  static constexpr std::size_t max_whole = 64 * 1'024;
  /// Of all envelopes that have arrived in part; a peer that sends more is broken.
  static constexpr std::size_t max_partial = 256 * 1'024 * 1'024;
  /// Of those that are sent in part, unless there is only one.
  static constexpr std::size_t max_begun = 64 * 1'024 * 1'024;
  /// One that is on its way while the next is gathered.
  static constexpr std::uint64_t window = 2;

  void queue(envelope&& what);
  /// Sent at once, past all that waits.
  void ping(std::uint64_t number);
  /// The next packet says something even if there is nothing to say.
  void greet() { must_speak_ = true; }

  /// What to send now; nullopt when there is nothing, or too much is on its way.
  std::optional<std::string> next_packet();

  /// False: the session is broken.
  bool receive(std::string_view packet, arrivals& into);

  /// Of the large envelopes that are not sent to their end.
  std::size_t large_bytes() const noexcept { return large_bytes_; }

  /// The requests of which no byte has been sent.
  std::vector<std::uint64_t> unsent_requests() const;

private:
  struct stream {
    envelope what;
    std::size_t sent = 0;
  };
  using stream_key = std::pair<envelope_kind, std::uint64_t>;

  bool has_data() const { return !small_.empty() || !large_.empty(); }
  void put_small(std::string& packet);
  void put_piece(std::string& packet);
  void begin_streams();
  bool take_envelope(wire::byte_reader& from, arrivals& into);

  std::deque<envelope> small_;
  /// Those that were begun first, then those that wait.
  std::deque<stream> large_;
  std::size_t begun_ = 0;
  std::size_t begun_bytes_ = 0;
  std::size_t large_bytes_ = 0;
  std::map<stream_key, std::string> partial_;
  std::size_t partial_bytes_ = 0;
  std::vector<std::uint64_t> pings_;
  std::vector<std::uint64_t> pongs_;
  /// Of packets with envelopes, counted from 1.
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t received_ = 0;
  bool must_speak_ = false;
};

} // namespace muster
