#include "tests/actors_device/device_bench.hpp"

#include <rapidcheck.h>

using namespace muster;
using namespace muster::test;

namespace {

/// What a crash must not change.
struct memory {
  std::vector<latest_value> latest;
  std::optional<std::uint64_t> cursor;
  std::vector<attribute> attributes;
  std::vector<std::pair<rpc_number, std::uint32_t>> persistent;

  bool operator==(const memory&) const = default;
};

memory of(device_bench& d) {
  memory now;
  now.latest = d.state->latest().values();
  now.cursor = d.state->cursor().position();
  now.attributes = std::get<std::vector<attribute>>(d.answer(d.application(read_attributes{})));
  // When it last spoke may be a minute old after a crash; `active` is not.
  std::erase_if(now.attributes,
                [](const attribute& item) { return item.key == "lastActivityTime"; });
  for (auto& item : now.attributes) {
    item.last_update = item.key == "active" ? 0 : item.last_update;
  }
  for (const auto& rpc : d.state->mailbox().rpcs()) {
    if (rpc.record.request.persistent) {
      now.persistent.emplace_back(rpc.record.number, rpc.record.deliveries);
    }
  }
  return now;
}

void act(device_bench& d, std::uint64_t poll) {
  const std::string key(1, *rc::gen::inRange('a', 'd'));
  switch (*rc::gen::inRange(0, 8)) {
  case 0:
    d.device(telemetry(key, std::int64_t{1}));
    break;
  case 1:
    d.device(telemetry(key, 2.5, d.clock.at.wall + *rc::gen::inRange(-5'000, 5'000)));
    break;
  case 2:
    d.share(key, true);
    break;
  case 3:
    d.application(delete_attributes{attribute_scope::shared, {key}});
    break;
  case 4:
    d.application(send_rpc{d.request(*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>())});
    break;
  case 5:
    d.poll_rpc_for(poll, 10'000);
    d.report(poll, *rc::gen::arbitrary<bool>());
    break;
  case 6:
    d.poll_attributes_for(poll, 10'000);
    d.report(poll, *rc::gen::arbitrary<bool>());
    break;
  default:
    d.clock.at.wall += *rc::gen::inRange(-100'000, 100'000);
    d.pass(*rc::gen::inRange(0, 90'000));
  }
}

} // namespace

TEST_CASE("a crash at any point changes nothing that was answered") {
  CHECK(rc::check([] {
    device_bench d;
    const int steps = *rc::gen::inRange(0, 90);
    for (int i = 0; i < steps; ++i) {
      act(d, static_cast<std::uint64_t>(i) + 1);
    }
    d.tick();
    d.device(telemetry("probe", true));
    const timestamp given = d.state->latest().find("probe")->ts;
    const auto before = of(d);
    d.crash();
    RC_ASSERT(of(d) == before);
    d.clock.at.wall -= 10'000'000;
    d.device(telemetry("probe", false));
    RC_ASSERT(d.state->latest().find("probe")->ts >= given);
    const rpc_number newest = before.persistent.empty() ? 0 : before.persistent.back().first;
    d.application(send_rpc{d.request(true, true)});
    RC_ASSERT(d.state->mailbox().rpcs().back().record.number > newest);
  }));
}
