#include "actors/device/device_shell.hpp"
#include "tests/actors_device/support.hpp"

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
  void credentials_changed(const std::string&) override {}

  manual_clock time;
  device_settings device;
  std::unique_ptr<persistence::memory_store> store = persistence::make_memory_store(time);
  device_counts counted;
  std::uint64_t activations = 0;
  std::vector<persistence::submission> submitted;
  bool sure = true;
};

/// A device that is active.
struct active_device {
  recording_sink sink;
  lone_host host;
  device_slot slot;
  device_shell shell{host, slot};

  active_device() {
    slot.device = device_of(1);
    slot.epoch = persistence::shard_epoch{1};
    give(1, read_latest{});
    give(loaded{host.activations, host.store->read_device(slot.device), nullptr});
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

} // namespace

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
