#include "actors/rules/engine/chain_work.hpp"
#include "tests/actors_device/chained_device.hpp"
#include "tests/catch.hpp"

#include <rapidcheck.h>

#include <map>
#include <set>

namespace muster::test {

namespace {

/// Other devices bring messages that go on behind a node of this one's chain: each again and again
/// until it hears that its message was taken, as their outboxes do.
class handing_story {
public:
  handing_story() {
    at_.node("filter.TbMsgTypeFilterNode", R"({"messageTypes":["none"]})");
    at_.node("transform.TbChangeOriginatorNode",
             R"({"originatorSource":"RELATED","relationsQuery":{)"
             R"("direction":"FROM","maxLevel":1,"filters":[]}})");
    at_.node("telemetry.TbMsgTimeseriesNode");
    at_.connect(0, "True", 1);
    at_.connect(1, "Success", 2);
    at_.use();
  }

  void bring() {
    const device_id from = device_of(*rc::gen::inRange<std::uint8_t>(2, 5));
    auto& number = reached_[from];
    at_.bench.dies = *rc::gen::weightedElement<bool>({{2, false}, {1, true}});
    const std::string key = "k" + to_string(from) + std::to_string(number);
    const auto request = at_.bench.server(take_rule_message{message(from, key), from, number});
    if (at_.bench.answered(request) && is<done>(at_.bench.answer(request))) {
      taken_.insert(key);
      // What it has heard may be lost with its own process: then the message comes once more.
      if (*rc::gen::weightedElement<bool>({{3, true}, {1, false}})) {
        ++number;
      }
    } else {
      tried_.insert(key);
    }
  }

  void act() {
    switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return at_.bench.crash();
    case 1:
      return at_.bench.pass(*rc::gen::inRange<milliseconds>(0, 3'600'000));
    default:
      bring();
    }
  }

  void check() {
    std::map<std::string, int> saves;
    static_cast<void>(at_.bench.rows->scan_history({device_of(1), INT64_MIN, INT64_MAX, false}, 0,
                                                   [&](const persistence::append_history& row) {
                                                     for (const auto& item : row.values) {
                                                       ++saves[item.key];
                                                     }
                                                     return persistence::scan_step::go_on;
                                                   }));
    for (const auto& [key, count] : saves) {
      RC_ASSERT(count == 1);
      RC_ASSERT(taken_.contains(key) || tried_.contains(key));
    }
    for (const auto& key : taken_) {
      RC_ASSERT(saves.contains(key));
    }
  }

private:
  std::string message(const device_id& from, const std::string& key) const {
    left_work left;
    left.place.at = {at_.chain.id, at_.chain.nodes[1].id};
    left.place.message.type = "POST_TELEMETRY_REQUEST";
    left.place.message.originator = {entity_type::device, from.value};
    left.place.message.data = message_data::of_text("{\"" + key + "\":1}");
    left.what = hand_over_work{device_of(1)};
    return encode(left);
  }

  chained_device at_;
  std::map<device_id, std::uint64_t> reached_;
  std::set<std::string> taken_;
  std::set<std::string> tried_;
};

} // namespace

TEST_CASE("a message of another device goes on once, however often it is brought") {
  CHECK(rc::check([] {
    handing_story story;
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
      story.act();
    }
    story.check();
  }));
}

TEST_CASE("a message is not taken while the device has no chains") {
  chained_device at;
  at.node("transform.TbChangeOriginatorNode", R"({"originatorSource":"TENANT"})");
  at.node("telemetry.TbMsgTimeseriesNode");
  at.connect(0, "Success", 1);
  at.use();
  left_work left;
  left.place.at = {at.chain.id, at.chain.nodes[0].id};
  left.place.message.type = "POST_TELEMETRY_REQUEST";
  left.place.message.data = message_data::of_text(R"({"key":1})");
  left.what = hand_over_work{device_of(1)};
  const auto bring = [&] {
    return at.bench.answer(at.bench.server(take_rule_message{encode(left), device_of(2), 5}));
  };
  auto rules = *at.entry.get();
  at.entry.set({});
  at.bench.crash();
  CHECK(is_error(bring(), error_code::overloaded));
  at.entry.set(std::move(rules));
  CHECK(is<done>(bring()));
  CHECK(at.saved().contains("key"));
}

} // namespace muster::test
