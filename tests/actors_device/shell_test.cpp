#include "actors/device/chain_steps.hpp"
#include "actors/device/device_shell.hpp"
#include "actors/model/command_names.hpp"
#include "actors/rules/engine/run_chain.hpp"
#include "tests/actors_device/chained_device.hpp"
#include "tests/actors_device/lone_host.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace muster;
using namespace muster::test;

namespace {

/// A device whose chain asks another server about telemetry.
struct asking_device {
  chained_device chained;
  std::optional<active_device> at;

  asking_device() {
    chained.node("filter.TbMsgTypeSwitchNode");
    chained.node("rest.TbRestApiCallNode", R"({"restEndpointUrlPattern":"http://a/"})");
    chained.node("telemetry.TbMsgTimeseriesNode");
    chained.connect(0, "Post telemetry", 1);
    chained.connect(1, "Success", 2);
    chained.use();
    at.emplace(&chained.entry);
  }

  void send(std::string key) {
    at->slot.queued.fetch_add(1);
    at->give(incoming{{at->slot.device, device_sender{1}, 0, telemetry(std::move(key), 1.5)},
                      at->sink.handle(9)});
  }
  std::uint64_t activation() const { return at->host.submitted.back().activation; }
  void settle() { at->give(settled{ticket_kind::outbox, false, activation()}); }
};

} // namespace

TEST_CASE("work of the outbox begins when its row is durable, the next when that is done") {
  asking_device asking;
  auto& host = asking.at->host;
  asking.send("a");
  asking.send("b");
  CHECK(host.begun.empty());
  asking.settle();
  REQUIRE(host.begun.size() == 1);
  asking.at->give(work_ended{asking.activation() - 1, host.begun.front().number, work_done{}});
  const auto before = host.submitted.size();
  asking.at->give(
      work_ended{asking.activation(), host.begun.front().number, http_answer{200, {}, "{}"}});
  CHECK(host.submitted.size() == before + 1);
  CHECK(host.begun.size() == 1);
  asking.settle();
  CHECK(host.begun.size() == 2);
}

TEST_CASE("work that cannot be begun is tried again after a pause") {
  asking_device asking;
  auto& host = asking.at->host;
  host.carries = false;
  asking.send("a");
  asking.settle();
  host.carries = true;
  host.time.advance(999);
  asking.at->give(wake{});
  CHECK(host.begun.empty());
  host.time.advance(1);
  asking.at->give(wake{});
  CHECK(host.begun.size() == 1);
  asking.at->give(work_ended{asking.activation(), host.begun.front().number, try_again{"busy"}});
  host.time.advance(1'999);
  asking.at->give(wake{});
  CHECK(host.begun.size() == 1);
  host.time.advance(1);
  asking.at->give(wake{});
  CHECK(host.begun.size() == 2);
}

TEST_CASE("the outcome of a submission of an earlier activation settles nothing of this one") {
  active_device at;
  at.give(2, save_attributes{attribute_scope::server, {{"a", true}}});
  at.host.sure = false;
  at.give(3, read_latest{});
  REQUIRE(at.host.submitted.size() == 2);
  const std::uint64_t now = at.host.submitted.back().activation;

  at.give(settled{ticket_kind::read, false, now - 1});
  CHECK_FALSE(at.sink.replies.contains(3));
  at.give(settled{ticket_kind::read, false, now});
  CHECK(at.sink.replies.contains(3));
}

TEST_CASE("an exclusive change is not confirmed by one of an earlier activation") {
  active_device at;
  credentials other = access_of(1);
  other.credentials_id = "other";
  at.give(2, save_credentials{other});
  REQUIRE(at.host.submitted.size() == 1);
  const std::uint64_t now = at.host.submitted.back().activation;
  at.give(3, read_credentials{});
  at.slot.outstanding.store(0);
  at.give(settled{ticket_kind::exclusive, false, now - 1});
  CHECK_FALSE(at.sink.replies.contains(3));
  at.give(settled{ticket_kind::exclusive, false, now});
  CHECK(std::get<credentials>(at.sink.replies.at(3).front()).credentials_id == "other");
}

namespace {

/// What a device's trace tells since it was asked last.
struct looked_at {
  explicit looked_at(active_device& of) : at(of) { news(); }

  std::vector<nlohmann::ordered_json> news() {
    at.slot.queued.fetch_add(1);
    at.give(incoming{
        {at.slot.device, system_sender{}, 0, inspect_device{inspect_device::wish::trace, next}},
        at.sink.handle(++request)});
    const auto told = nlohmann::ordered_json::parse(
        std::get<inspected>(at.sink.replies.at(request).front()).report.text);
    next = told["next"].get<std::uint64_t>();
    return told["events"];
  }

  active_device& at;
  std::uint64_t next = 0;
  std::uint64_t request = 1'000;
};

} // namespace

TEST_CASE("a trace shows the way of messages through chains") {
  asking_device asking;
  looked_at trace(*asking.at);
  asking.send("a");
  const auto events = trace.news();
  std::vector<std::string> way;
  for (const auto& one : events) {
    if (one["what"] == "chain" && one["type"] == "POST_TELEMETRY_REQUEST") {
      way.push_back(one["relation"].is_null() ? "in" : one["relation"].get<std::string>());
      CHECK(one["microseconds"] >= 0);
    }
  }
  CHECK(way == std::vector<std::string>{"in", "Post telemetry", "in"});
  CHECK(events.front()["what"] == "command");
  CHECK(events.back()["what"] == "effects");

  asking.settle();
  trace.news();
  asking.at->give(work_ended{asking.activation(), asking.at->host.begun.front().number,
                             http_answer{500, {}, "{}"}});
  const auto after = trace.news();
  const auto failed = std::find_if(after.begin(), after.end(), [](const auto& one) {
    return one["what"] == "chain" && one["relation"] == "Failure";
  });
  REQUIRE(failed != after.end());
  CHECK(failed->contains("error"));
  CHECK(after.back()["of"] == "work_ended");
}

TEST_CASE("a trace is not pushed out by one command that passes very many nodes") {
  chain_steps steps;
  ready_chain chain;
  ready_node node;
  rule_message message;
  for (std::size_t at = 0; at < chain_steps::most + 7; ++at) {
    steps.note({&chain, &node, &message, "Success", {}});
  }
  CHECK(steps.all().size() == chain_steps::most);
  CHECK(steps.left_out() == 7);
}

namespace {

/// What is recorded of a device, oldest first.
std::vector<recorded_event> recorded_of(const flight_recorder& from, const device_id& device) {
  std::vector<recorded_event> found;
  for (std::size_t place = 0; place < flight_recorder::places; ++place) {
    if (const auto event = from.at(place); event.number != 0 && event.device == device) {
      found.push_back(event);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return found;
}

} // namespace

TEST_CASE("commands, refusals and failures of a device are recorded") {
  active_device at;
  at.give(2, save_attributes{attribute_scope::server, {{"a", true}}});
  at.give(3, inspect_device{});
  at.slot.poisoned.store(true);
  at.slot.outstanding.store(0);
  at.give(reload{});
  const auto events = recorded_of(at.host.events, at.slot.device);
  REQUIRE(events.size() == 4);
  CHECK(events[0].what == recorded::command);
  CHECK(command_name(events[0].kind) == "read_latest");
  CHECK_FALSE(events[0].under_way);
  CHECK(command_name(events[1].kind) == "save_attributes");
  CHECK(events[1].sender == 1);
  CHECK(events[1].count > 0);
  CHECK_FALSE(events[1].refusal);
  CHECK(events[2].refusal == error_code::forbidden);
  CHECK(events[3].what == recorded::dropped);
  CHECK(events[3].refusal == error_code::storage_unavailable);
}
