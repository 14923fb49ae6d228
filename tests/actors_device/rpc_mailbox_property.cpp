#include "actors/device/rpc_mailbox.hpp"
#include "tests/actors_device/support.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>

using namespace muster;
using namespace muster::test;

namespace {

/// The rules of the mailbox, told as plainly as can be.
struct model {
  struct entry {
    rpc_request request;
    std::uint32_t deliveries = 0;
    milliseconds delivered_at = 0;
  };

  std::map<rpc_number, entry> rpcs;
  std::optional<rpc_number> in_flight;

  static bool exhausted(const entry& e) {
    return e.request.persistent && e.request.retries && e.deliveries > *e.request.retries;
  }

  std::optional<rpc_number> take(instant now, milliseconds again_after) {
    if (in_flight) {
      return std::nullopt;
    }
    std::optional<rpc_number> best;
    for (const auto& [number, e] : rpcs) {
      if (e.deliveries == 0 && e.request.expiration > now.wall) {
        return in_flight = number;
      }
    }
    for (const auto& [number, e] : rpcs) {
      const bool may = e.request.expiration > now.wall && !exhausted(e) &&
                       now.steady - e.delivered_at >= again_after;
      if (may && (!best || e.delivered_at < rpcs[*best].delivered_at)) {
        best = number;
      }
    }
    return in_flight = best;
  }

  void written(instant now) {
    if (const auto at = rpcs.find(*std::exchange(in_flight, std::nullopt)); at != rpcs.end()) {
      ++at->second.deliveries;
      at->second.delivered_at = now.steady;
      if (at->second.request.oneway) {
        rpcs.erase(at);
      }
    }
  }

  std::map<rpc_number, rpc_status> expire(instant now, milliseconds again_after) {
    std::map<rpc_number, rpc_status> ended;
    for (const auto& [number, e] : rpcs) {
      if (e.request.expiration <= now.wall) {
        ended[number] = rpc_status::expired;
      } else if (exhausted(e) && now.steady - e.delivered_at >= again_after) {
        ended[number] = rpc_status::failed;
      }
    }
    for (const auto& [number, status] : ended) {
      rpcs.erase(number);
    }
    return ended;
  }
};

rpc_request any_request(timestamp now) {
  rpc_request request;
  request.oneway = *rc::gen::arbitrary<bool>();
  request.persistent = *rc::gen::arbitrary<bool>();
  request.expiration = now + *rc::gen::inRange(1, 120'000);
  if (*rc::gen::arbitrary<bool>()) {
    request.retries = *rc::gen::inRange<std::uint32_t>(0, 4);
  }
  return request;
}

void step(model& expected, rpc_mailbox& mailbox, manual_clock& clock, rpc_number& newest,
          milliseconds again_after) {
  const poll_id poll{1};
  switch (*rc::gen::inRange(0, 7)) {
  case 0: {
    pending_rpc rpc;
    rpc.record.number = ++newest;
    rpc.record.request = any_request(clock.at.wall);
    expected.rpcs[newest].request = rpc.record.request;
    mailbox.add(std::move(rpc));
    break;
  }
  case 1: {
    const auto number = expected.take(clock.at, again_after);
    const auto* rpc = mailbox.take(poll, clock.at);
    const auto taken = rpc != nullptr ? std::optional(rpc->record.number) : std::nullopt;
    RC_ASSERT(taken == number);
    break;
  }
  case 2:
    if (mailbox.in_flight()) {
      expected.written(clock.at);
      mailbox.written(clock.at);
    }
    break;
  case 3:
    expected.in_flight.reset();
    mailbox.lost();
    break;
  case 4: {
    const auto number = *rc::gen::inRange<rpc_number>(0, newest + 2);
    const auto at = expected.rpcs.find(number);
    const bool known = at != expected.rpcs.end() && !at->second.request.oneway;
    RC_ASSERT(mailbox.answer(number).has_value() == known);
    if (known) {
      expected.rpcs.erase(at);
    }
    break;
  }
  case 5:
    clock.advance(*rc::gen::inRange(0, 15'000));
    break;
  default: {
    const auto ended = expected.expire(clock.at, again_after);
    const auto got = mailbox.expire(clock.at);
    RC_ASSERT(got.size() == ended.size());
    for (const auto& rpc : got) {
      RC_ASSERT(ended.at(rpc.record.number) == rpc.record.status);
    }
    RC_ASSERT(mailbox.next_deadline(clock.at, false) > clock.at.steady);
  }
  }
  RC_ASSERT(mailbox.size() == expected.rpcs.size());
  RC_ASSERT(mailbox.in_flight().has_value() == expected.in_flight.has_value());
}

} // namespace

TEST_CASE("the mailbox does what its model does") {
  CHECK(rc::check([] {
    const device_settings settings;
    model expected;
    rpc_mailbox mailbox(settings);
    manual_clock clock;
    rpc_number newest = 0;
    const int steps = *rc::gen::inRange(0, 120);
    for (int i = 0; i < steps; ++i) {
      step(expected, mailbox, clock, newest, settings.redelivery_after);
    }
  }));
}
