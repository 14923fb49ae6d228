#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace muster {

namespace {

enum class strategy : std::uint8_t { first, last, all };

struct deduplication {
  milliseconds span = 0;
  strategy keeps = strategy::first;
  /// Of the message that holds all.
  std::string type;
  std::size_t most_waiting = 0;
};

/// Of messages whose times lie close together only one goes on.
class deduplication_node final : public chain_node {
public:
  explicit deduplication_node(deduplication how) : how_(std::move(how)) {}

  void on(rule_message message, node_run& run) const override {
    if (run.waiting() >= how_.most_waiting) {
      return run.fail(std::move(message), "Max limit of pending messages reached!");
    }
    const timestamp ts = message_time(message);
    // A backlog of old messages is gathered from when it comes.
    const timestamp until = std::max(ts, run.now().wall) + how_.span;
    if (auto left = run.later(gather_work{until, ts, how_.span}, message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    auto& pack = std::get<gathered>(outcome).messages;
    if (how_.keeps == strategy::all) {
      return run.tell(relations::success, merged(std::move(message), pack, run.now().wall));
    }
    const auto by_time = [](const rule_message& a, const rule_message& b) {
      return message_time(a) < message_time(b);
    };
    const auto one = how_.keeps == strategy::first
                         ? std::min_element(pack.begin(), pack.end(), by_time)
                         : std::max_element(pack.begin(), pack.end(), by_time);
    run.tell(relations::success, std::move(*one));
  }

private:
  rule_message merged(rule_message first, const std::vector<rule_message>& pack,
                      timestamp now) const {
    nlohmann::json all = nlohmann::json::array();
    for (const auto& one : pack) {
      all.push_back({{"msg", one.data.tree()}, {"metadata", one.metadata}});
    }
    first.type = how_.type;
    first.ts = now;
    first.metadata = {{"ts", std::to_string(now)}};
    first.data = message_data::of_json(std::move(all));
    return first;
  }

  const deduplication how_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_deduplication(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  deduplication how;
  const std::int64_t seconds = from.number("interval", 60);
  if (seconds < 1 || seconds > 366 * 86'400) {
    from.refuse("interval", "is not between 1 and a year");
  }
  how.span = seconds * 1'000;
  how.keeps = static_cast<strategy>(from.choice("strategy", {"FIRST", "LAST", "ALL"}, 0));
  how.type = from.text("outMsgType");
  if (how.keeps == strategy::all && how.type.empty()) {
    from.refuse("outMsgType", "is missing");
  }
  const std::int64_t most = from.number("maxPendingMsgs", 100);
  if (most < 1 || most > 100'000) {
    from.refuse("maxPendingMsgs", "is not between 1 and 100000");
  }
  how.most_waiting = static_cast<std::size_t>(most);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<deduplication_node>(std::move(how));
  });
}

} // namespace muster
