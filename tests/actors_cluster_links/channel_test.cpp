#include "actors/cluster/links/channel.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <random>

namespace muster {

namespace {

struct kept {
  envelope_kind kind{};
  std::uint64_t id = 0;
  std::string bytes;

  friend bool operator==(const kept&, const kept&) = default;
  friend auto operator<=>(const kept&, const kept&) = default;
};

/// Gives what `from` sends to `to` until both are silent.
std::vector<kept> exchange(channel& from, channel& to) {
  std::vector<kept> got;
  while (auto packet = from.next_packet()) {
    CHECK(packet->size() < std::size_t{256} * 1'024);
    arrivals in;
    REQUIRE(to.receive(*packet, in));
    for (const auto& one : in.envelopes) {
      got.push_back({one.kind, one.id, std::string(one.bytes)});
    }
    while (auto back = to.next_packet()) {
      arrivals unused;
      REQUIRE(from.receive(*back, unused));
    }
  }
  return got;
}

} // namespace

TEST_CASE("envelopes of all sizes arrive whole, small ones in order") {
  CHECK(rc::check([](std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    channel here;
    channel there;
    std::vector<kept> sent;
    for (std::uint64_t id = 1; id < 40; ++id) {
      const std::size_t size = dice() % (dice() % 6 == 0 ? 900'000 : 3'000);
      kept one{static_cast<envelope_kind>(dice() % 4), id,
               std::string(size, static_cast<char>(dice()))};
      here.queue({one.kind, one.id, one.bytes});
      sent.push_back(std::move(one));
    }
    std::vector<kept> got = exchange(here, there);
    std::vector<std::uint64_t> small;
    for (const kept& one : got) {
      if (one.bytes.size() <= channel::max_whole) {
        small.push_back(one.id);
      }
    }
    RC_ASSERT(std::is_sorted(small.begin(), small.end()));
    std::sort(got.begin(), got.end());
    std::sort(sent.begin(), sent.end());
    RC_ASSERT(got == sent);
  }));
}

TEST_CASE("few large envelopes are on their way in part") {
  channel here;
  channel there;
  constexpr std::size_t size = std::size_t{4} << 20;
  constexpr std::size_t count = 2 * channel::max_begun / size;
  const std::string bytes(size, 'x');
  for (std::uint64_t id = 1; id <= count; ++id) {
    here.queue({envelope_kind::answer, id, bytes});
  }
  CHECK(here.large_bytes() == count * size);
  std::size_t sent = 0;
  bool whole = false;
  while (!whole) {
    const auto packet = here.next_packet().value();
    sent += packet.size();
    arrivals in;
    REQUIRE(there.receive(packet, in));
    whole = !in.envelopes.empty();
    arrivals unused;
    REQUIRE(here.receive(there.next_packet().value(), unused));
  }
  CHECK(sent < channel::max_begun + size);
  CHECK(here.large_bytes() == (count - 1) * size);
  CHECK(exchange(here, there).size() == count - 1);
  CHECK(here.large_bytes() == 0);
}

TEST_CASE("what gathers while packets are on their way travels together") {
  channel here;
  channel there;
  here.queue({envelope_kind::call, 1, "a"});
  std::vector<std::string> on_their_way;
  for (std::uint64_t i = 0; i < channel::window; ++i) {
    here.queue({envelope_kind::call, 2 + i, "b"});
    on_their_way.push_back(here.next_packet().value());
  }
  for (std::uint64_t id = 100; id < 200; ++id) {
    here.queue({envelope_kind::call, id, "c"});
  }
  CHECK_FALSE(here.next_packet());
  CHECK(here.unsent_requests().size() == 100);

  arrivals in;
  REQUIRE(there.receive(on_their_way.front(), in));
  REQUIRE(here.receive(there.next_packet().value(), in));
  arrivals together;
  REQUIRE(there.receive(on_their_way.back(), in));
  REQUIRE(there.receive(here.next_packet().value(), together));
  CHECK(together.envelopes.size() == 100);
  CHECK(here.unsent_requests().empty());
}

TEST_CASE("pings pass all that waits") {
  channel here;
  channel there;
  for (int i = 0; i < 10; ++i) {
    here.queue({envelope_kind::call, 1, "x"});
    (void) here.next_packet();
  }
  here.ping(77);
  arrivals in;
  channel listener;
  // Its packet names those before it, which the listener has not seen.
  CHECK_FALSE(listener.receive(here.next_packet().value(), in));

  channel fresh;
  fresh.ping(77);
  REQUIRE(there.receive(fresh.next_packet().value(), in));
  arrivals back;
  REQUIRE(fresh.receive(there.next_packet().value(), back));
  CHECK(back.pongs == std::vector<std::uint64_t>{77});
  CHECK_FALSE(there.next_packet());
  CHECK_FALSE(fresh.next_packet());
}

TEST_CASE("a gap ends a session, what comes twice is dropped") {
  channel here;
  channel there;
  here.queue({envelope_kind::call, 1, "a"});
  const std::string first = here.next_packet().value();
  here.queue({envelope_kind::call, 2, "b"});
  const std::string second = here.next_packet().value();

  channel late;
  arrivals in;
  CHECK_FALSE(late.receive(second, in));

  REQUIRE(there.receive(first, in));
  REQUIRE(there.receive(first, in));
  CHECK(in.envelopes.size() == 1);
}

TEST_CASE("packets that make no sense are refused") {
  CHECK(rc::check([](const std::string& bytes) {
    channel there;
    arrivals in;
    (void) there.receive(bytes, in);
  }));
  channel there;
  arrivals in;
  CHECK_FALSE(there.receive("", in));
  // Of a kind that there is not, and longer than it says.
  CHECK_FALSE(there.receive(std::string("\1\0\0\0\1\5\1\1x", 9), in));
  channel other;
  CHECK_FALSE(other.receive(std::string("\1\0\0\0\1\0\1\5x", 9), in));
  // Acknowledges what was never sent.
  channel third;
  CHECK_FALSE(third.receive(std::string("\1\5\0\0\0", 5), in));
}

TEST_CASE("a large envelope leaves room for small ones") {
  channel here;
  channel there;
  here.queue({envelope_kind::call, 1, std::string(2'000'000, 'x')});
  here.queue({envelope_kind::call, 2, std::string(100, 'y')});
  arrivals in;
  REQUIRE(there.receive(here.next_packet().value(), in));
  REQUIRE(in.envelopes.size() == 1);
  CHECK(in.envelopes.front().id == 2);
}

TEST_CASE("only requests of which nothing was sent count as unsent") {
  channel here;
  here.queue({envelope_kind::call, 1, std::string(600'000, 'x')});
  here.queue({envelope_kind::call, 2, std::string(600'000, 'x')});
  here.queue({envelope_kind::answer, 3, "x"});
  CHECK(here.unsent_requests() == std::vector<std::uint64_t>{1, 2});
  (void) here.next_packet();
  CHECK(here.unsent_requests() == std::vector<std::uint64_t>{2});
}

} // namespace muster
