#include "actors/cluster/wire/codec.hpp"
#include "tests/actors_cluster_links/any.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

namespace muster {

namespace {

using test::any;
using test::same;

constexpr instant here{1'700'000'000'000, 5'000'000};
/// Another node's clocks.
constexpr instant there{1'600'000'000'000, 77};

command any_command(any& dice) {
  command what;
  what.device = dice.make<device_id>();
  what.sender = dice.make<command_sender>();
  what.body = dice.make<command_body>();
  if (auto* rpc = std::get_if<send_rpc>(&what.body)) {
    rpc->request.expiration = here.wall + static_cast<milliseconds>(dice.below(100'000));
  }
  if (dice.below(2) == 0) {
    what.deadline = here.steady - 1'000 + static_cast<milliseconds>(dice.below(20'000));
  }
  return what;
}

using device_reply =
    std::variant<done, error, device_attributes, std::vector<attribute>, std::vector<latest_value>,
                 rpc_delivery, attribute_changes, rpc_answer, rpc_accepted, device_info,
                 credentials, claim_result, alarm, alarm_comment, inspected>;

reply any_reply(any& dice) {
  return std::visit([](auto& what) { return reply(std::move(what)); },
                    *std::make_unique<device_reply>(dice.make<device_reply>()));
}

bool same_reply(const reply& a, const reply& b) {
  return a.index() == b.index() && std::visit(
                                       [&b]<class A>(const A& what) {
                                         if constexpr (requires(device_reply x) { x = what; }) {
                                           return same(what, std::get<A>(b));
                                         }
                                         return false;
                                       },
                                       a);
}

/// One byte fewer, one more, or one other.
std::string damaged(std::string bytes, any& dice) {
  switch (dice.below(3)) {
  case 0:
    bytes.resize(dice.below(bytes.size()));
    break;
  case 1:
    bytes.push_back(static_cast<char>(dice.below(256)));
    break;
  default:
    bytes[dice.below(bytes.size())] ^= static_cast<char>(1 + dice.below(255));
  }
  return bytes;
}

} // namespace

TEST_CASE("a command arrives as it was sent") {
  CHECK(rc::check("with the time left by the clock of whoever reads it", [](std::uint64_t seed) {
    any dice(seed);
    command sent = any_command(dice);
    const auto got = wire::decode_command(wire::encode(sent, here), there);
    RC_ASSERT(got.has_value());
    RC_ASSERT(got->device == sent.device);
    RC_ASSERT(same(got->sender, sent.sender));
    if (auto* rpc = std::get_if<send_rpc>(&sent.body); rpc && !rpc->request.persistent) {
      rpc->request.expiration += there.wall - here.wall;
    }
    RC_ASSERT(same(got->body, sent.body));
    const milliseconds expected =
        sent.deadline == 0 ? 0
                           : std::max<milliseconds>(1, sent.deadline - here.steady + there.steady);
    RC_ASSERT(got->deadline == expected);
  }));
}

TEST_CASE("replies and reports arrive as they were sent") {
  CHECK(rc::check([](std::uint64_t seed) {
    any dice(seed);
    const reply sent = any_reply(dice);
    const auto got = wire::decode_reply(wire::encode(sent));
    RC_ASSERT(got.has_value());
    RC_ASSERT(same_reply(*got, sent));
    const auto report = dice.make<poll_report>();
    const auto report_got = wire::decode_report(wire::encode(report));
    RC_ASSERT(report_got.has_value());
    RC_ASSERT(same(*report_got, report));
  }));
}

TEST_CASE("each body and each reply has its number") {
  // A change of these is another wire version.
  static_assert(wire::alternatives<command_body> == 30);
  static_assert(std::variant_size_v<command_sender> == 3);
  static_assert(std::variant_size_v<value> == 5);
  CHECK(wire::encode(reply(claim_result{}))[1] == 11);
  CHECK(wire::encode(reply(done{})) == std::string("\4\0", 2));
  CHECK(wire::encode(reply(error{error_code::wrong_owner, "x"})) == std::string("\4\1\x0f\1x", 5));
  command what;
  what.sender = device_sender{300};
  what.body = save_telemetry{{{-1, {{"k", 1.5}}}}, 0};
  what.deadline = 1'005;
  CHECK(wire::encode(what, {0, 1'000}) == "\4" + std::string(16, '\0') +
                                              std::string("\0\xac\2"      // sender
                                                          "\1\x0a"        // time left
                                                          "\0\1\1\1\1\1k" // body, entries, ts, key
                                                          "\2\0\0\0\0\0\0\xf8\x3f\0",
                                                          22));
}

TEST_CASE("what no device gives does not travel") {
  const auto got = wire::decode_reply(wire::encode(reply(user{})));
  REQUIRE(got.has_value());
  CHECK(std::get<error>(*got).code == error_code::internal);
}

TEST_CASE("bytes that are short, long or random are refused") {
  CHECK(rc::check("short and long ones always", [](std::uint64_t seed) {
    any dice(seed);
    const std::string whole = wire::encode(any_command(dice), here);
    RC_ASSERT(!wire::decode_command(whole.substr(0, dice.below(whole.size())), there));
    RC_ASSERT(!wire::decode_command(whole + "\1", there));
    const std::string answer = wire::encode(any_reply(dice));
    RC_ASSERT(!wire::decode_reply(answer.substr(0, dice.below(answer.size()))));
    RC_ASSERT(!wire::decode_reply(answer + std::string(1, '\0')));
    const std::string report = wire::encode(dice.make<poll_report>());
    RC_ASSERT(!wire::decode_report(report.substr(0, dice.below(report.size()))));
  }));
  CHECK(rc::check("damaged ones lead to nothing worse than another value", [](std::uint64_t seed) {
    any dice(seed);
    (void) wire::decode_command(damaged(wire::encode(any_command(dice), here), dice), there);
    (void) wire::decode_reply(damaged(wire::encode(any_reply(dice)), dice));
  }));
  CHECK(rc::check("as do random ones", [](const std::string& bytes) {
    (void) wire::decode_command("\2" + bytes, there);
    (void) wire::decode_reply("\2" + bytes);
    (void) wire::decode_report("\2" + bytes);
  }));
}

TEST_CASE("unknown kinds and hostile lengths are refused") {
  const std::string head = "\4" + std::string(16, '\0');
  CHECK_FALSE(wire::decode_command(head + std::string("\3\0\0\0\0", 5), there));
  CHECK_FALSE(wire::decode_command(head + std::string("\0\0\0\x1c", 4), there));
  CHECK_FALSE(wire::decode_reply("\4\x7f"));
  CHECK_FALSE(wire::decode_reply(std::string("\5\0", 2)));
  CHECK_FALSE(wire::decode_reply(std::string("\4\1\x11\0", 4)));
  // A list of 2^62 elements, a text of 2^63 bytes, a number of more than 64 bits.
  CHECK_FALSE(wire::decode_reply("\4\3\xff\xff\xff\xff\xff\xff\xff\xff\x3f"));
  CHECK_FALSE(wire::decode_reply("\4\7\xff\xff\xff\xff\xff\xff\xff\xff\x7f"));
  CHECK_FALSE(wire::decode_reply("\4\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"));
}

} // namespace muster
