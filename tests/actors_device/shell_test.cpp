#include "actors/device/chain_steps.hpp"
#include "actors/device/device_shell.hpp"
#include "actors/rules/engine/run_chain.hpp"
#include "tests/actors_device/chained_device.hpp"
#include "tests/actors_device/support.hpp"

#include <nlohmann/json.hpp>

using namespace muster;
using namespace muster::test;

namespace {

/// What the registry is to one shell; it keeps what it is given.
class lone_host final : public device_host {
public:
  lone_host() { store_device(*store, 1); }

  const clock_source& clock() const noexcept override { return time; }
  const device_settings& settings() const noexcept override { return device; }
  persistence::store& rows() noexcept override { return *store; }
  rules_table* rules() noexcept override { return nullptr; }
  device_counts& counts() noexcept override { return counted; }
  std::uint64_t next_activation() noexcept override { return ++activations; }
  bool submit(persistence::submission&& what) override {
    submitted.push_back(std::move(what));
    return true;
  }
  bool read(std::function<void()>) override { return true; }
  bool carry(const device_id&, std::uint64_t, outbox_task&& what) override {
    if (carries) {
      begun.push_back(std::move(what));
    }
    return carries;
  }
  void post(device_slot&, envelope_ptr) override {}
  void answer(device_slot&, std::vector<completion>&& replies) override {
    answer_all(std::move(replies));
  }
  bool owns_now() override { return sure; }
  void give_back(command&&, reply_handle&&) override {}
  void arm(device_slot&, milliseconds) override {}
  std::unique_ptr<device_slot> remove(device_slot&, std::optional<timestamp>) override {
    return nullptr;
  }
  void credentials_changed(const device_id&, const std::string&) override {}

  manual_clock time;
  device_settings device;
  std::unique_ptr<persistence::memory_store> store = persistence::make_memory_store(time);
  device_counts counted;
  std::uint64_t activations = 0;
  std::vector<persistence::submission> submitted;
  bool sure = true;
  bool carries = true;
  std::vector<outbox_task> begun;
};

/// A device that is active.
struct active_device {
  recording_sink sink;
  lone_host host;
  device_slot slot;
  device_shell shell{host, slot};

  explicit active_device(const rules_entry* rules = nullptr) {
    slot.device = device_of(1);
    slot.epoch = persistence::shard_epoch{1};
    give(1, read_latest{});
    give(loaded{host.activations, host.store->read_device(slot.device), rules});
    REQUIRE(sink.replies.contains(1));
  }

  void give(envelope what) {
    slot.work.fetch_add(1);
    REQUIRE_FALSE(shell.handle(std::make_shared<envelope>(std::move(what))));
  }
  void give(std::uint64_t request, command_body body) {
    slot.queued.fetch_add(1);
    give(incoming{{slot.device, administrator(), 0, std::move(body)}, sink.handle(request)});
  }
};

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
