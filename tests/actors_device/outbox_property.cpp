#include "tests/actors_device/chained_device.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace muster::test {

namespace {

/// Pieces of work that one message leaves behind each other, at most.
constexpr int most_works = 3;

/// A device whose messages are delayed, gathered and told to another server in any order, as the
/// letters of their key say, and then saved; the process may die at any moment.
class outbox_story {
public:
  outbox_story() {
    at_.node("filter.TbMsgTypeSwitchNode");
    at_.node("telemetry.TbMsgTimeseriesNode");
    std::vector<std::pair<std::uint32_t, std::string>> behind{{0, "Post telemetry"}};
    for (int place = 0; place <= most_works; ++place) {
      const auto which =
          made("filter.TbJsSwitchNode", R"({"jsScript":"for (var k in msg) { return k.charAt()" +
                                            std::to_string(place) + R"(); } return [];"})");
      for (const auto& [from, relation] : behind) {
        at_.connect(from, relation, which);
      }
      at_.connect(which, "n", saving);
      behind = works_behind(which);
    }
    at_.use();
  }

  void send() {
    std::string key;
    for (int i = *rc::gen::inRange(0, most_works + 1); i > 0; --i) {
      key += "dgc"[*rc::gen::inRange(0, 3)];
    }
    key += "n" + std::to_string(++sent_);
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
    for (int i = 0; i < 3'000 && at_.bench.stored().outbox.size() > 1; ++i) {
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
      for (auto calls = std::count(key.begin(), key.end(), 'c'); calls > 0; --calls) {
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
  /// Place of the node that saves.
  static constexpr std::uint32_t saving = 1;

  std::uint32_t made(std::string_view short_name, std::string configuration = "{}") {
    at_.node(short_name, std::move(configuration));
    return static_cast<std::uint32_t>(at_.chain.nodes.size() - 1);
  }

  /// Nodes that leave work, and where messages go on when it is done.
  std::vector<std::pair<std::uint32_t, std::string>> works_behind(std::uint32_t which) {
    const auto wait = made("delay.TbMsgDelayNode", R"({"periodInSeconds":3})");
    const auto gather =
        made("deduplication.TbMsgDeduplicationNode",
             R"({"interval":5,"strategy":"ALL","outMsgType":"POST_TELEMETRY_REQUEST"})");
    const auto part =
        made("transform.TbTransformMsgNode",
             R"({"jsScript":"return msg.map(function(o) { return {msg: o.msg}; });"})");
    const auto call = made("rest.TbRestApiCallNode", R"({"restEndpointUrlPattern":"http://a/"})");
    at_.connect(which, "d", wait);
    at_.connect(which, "g", gather);
    at_.connect(gather, "Success", part);
    at_.connect(which, "c", call);
    return {{wait, "Success"}, {part, "Success"}, {call, "Success"}};
  }

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
