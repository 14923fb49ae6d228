#include "tests/actors_device/chained_device.hpp"

#include <rapidcheck.h>

#include <map>

namespace muster::test {

namespace {

/// A device whose messages are delayed, gathered, told to another server or sent on at once, by the
/// first letter of their key; the process may die at any moment.
class outbox_story {
public:
  outbox_story() {
    at_.node("filter.TbMsgTypeSwitchNode");
    at_.node("filter.TbJsSwitchNode",
             R"({"jsScript":"for (var k in msg) { return k.charAt(0); } return [];"})");
    at_.node("delay.TbMsgDelayNode", R"({"periodInSeconds":3})");
    at_.node("deduplication.TbMsgDeduplicationNode",
             R"({"interval":5,"strategy":"ALL","outMsgType":"POST_TELEMETRY_REQUEST"})");
    at_.node("rest.TbRestApiCallNode", R"({"restEndpointUrlPattern":"http://a/"})");
    at_.node("telemetry.TbMsgTimeseriesNode");
    at_.node("transform.TbTransformMsgNode",
             R"({"jsScript":"return msg.map(function(o) { return {msg: o.msg}; });"})");
    at_.connect(0, "Post telemetry", 1);
    at_.connect(1, "d", 2);
    at_.connect(1, "g", 3);
    at_.connect(1, "c", 4);
    at_.connect(1, "n", 5);
    at_.connect(2, "Success", 5);
    at_.connect(3, "Success", 6);
    at_.connect(6, "Success", 5);
    at_.connect(4, "Success", 5);
    at_.use();
  }

  void send() {
    const std::string key =
        std::string(1, "dgcn"[*rc::gen::inRange(0, 4)]) + std::to_string(++sent_);
    at_.bench.dies = *rc::gen::weightedElement<bool>({{3, false}, {1, true}});
    const auto request = at_.bench.device(telemetry_of(key, 1));
    if (at_.bench.answered(request) && is<done>(at_.bench.answer(request))) {
      acknowledged_.insert(key);
    }
  }

  /// The other server is asked; the process may die before it knows the answer, or before it has
  /// stored what follows.
  void carry() {
    if (at_.bench.carried.empty()) {
      return;
    }
    const outbox_task task = at_.bench.carried.front();
    at_.bench.carried.erase(at_.bench.carried.begin());
    const auto& body = *std::get<http_work>(task.what->what).body;
    const auto [known, first] = calls_.emplace(task.number, body);
    RC_ASSERT(first || known->second == body);
    at_.bench.dies = dying_ && *rc::gen::weightedElement<bool>({{2, false}, {1, true}});
    at_.bench.worked(task.number, http_answer{200, {}, body});
  }

  void act() {
    switch (*rc::gen::inRange(0, 5)) {
    case 0:
    case 1:
      return send();
    case 2:
      return carry();
    case 3:
      return at_.bench.crash();
    default:
      at_.bench.dies = *rc::gen::arbitrary<bool>();
      at_.bench.pass(*rc::gen::inRange(0, 4'000));
      at_.bench.dies = false;
    }
  }

  void end() {
    dying_ = false;
    at_.bench.crash();
    for (int i = 0; i < 1'000 && at_.bench.stored().outbox.size() > 1; ++i) {
      carry();
      at_.bench.pass(1'000);
    }
  }

  /// How often each key was saved.
  std::map<std::string, int> saves() {
    std::map<std::string, int> counts;
    static_cast<void>(at_.bench.rows->scan_history({device_of(1), INT64_MIN, INT64_MAX, false}, 0,
                                                   [&](const persistence::append_history& row) {
                                                     for (const auto& item : row.values) {
                                                       ++counts[item.key];
                                                     }
                                                     return persistence::scan_step::go_on;
                                                   }));
    return counts;
  }

  void check() {
    std::map<std::string, int> once;
    std::multiset<std::string> told;
    for (const auto& key : acknowledged_) {
      once[key] = 1;
      if (key.front() == 'c') {
        told.insert("{\"" + key + "\":1}");
      }
    }
    RC_ASSERT(saves() == once);
    std::multiset<std::string> heard;
    for (const auto& [number, body] : calls_) {
      heard.insert(body);
    }
    // Repetitions have the number of the first time.
    RC_ASSERT(heard == told);
  }

private:
  chained_device at_;
  bool dying_ = true;
  int sent_ = 0;
  std::set<std::string> acknowledged_;
  std::map<std::uint64_t, std::string> calls_;
};

} // namespace

TEST_CASE(
    "what an acknowledged message leaves to be done is done once, wherever the process dies") {
  CHECK(rc::check([] {
    outbox_story story;
    for (int i = *rc::gen::inRange(0, 60); i > 0; --i) {
      story.act();
    }
    story.end();
    story.check();
  }));
}

} // namespace muster::test
