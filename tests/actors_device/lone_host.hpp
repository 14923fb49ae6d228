#pragma once

#include "actors/device/device_shell.hpp"
#include "actors/inspection/flight_recorder.hpp"
#include "tests/actors_device/support.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace muster::test {

/// What the registry is to one shell; it keeps what it is given.
class lone_host final : public device_host {
public:
  lone_host() { store_device(*store, 1); }

  const clock_source& clock() const noexcept override { return time; }
  const device_settings& settings() const noexcept override { return device; }
  persistence::store& rows() noexcept override { return *store; }
  rules_table* rules() noexcept override { return nullptr; }
  device_counts& counts() noexcept override { return counted; }
  flight_recorder& recorder() noexcept override { return events; }
  std::uint64_t next_activation() noexcept override { return ++activations; }
  bool submit(persistence::submission&& what) override {
    submitted.push_back(std::move(what));
    return true;
  }
  bool read(std::function<void()> work) override {
    reads.push_back(std::move(work));
    return true;
  }
  bool carry(const device_id&, std::uint64_t, outbox_task&& what) override {
    if (carries) {
      begun.push_back(std::move(what));
    }
    return carries;
  }
  void post(device_slot&, envelope_ptr what) override { posted.push_back(std::move(what)); }
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
  flight_recorder events;
  std::uint64_t activations = 0;
  std::vector<persistence::submission> submitted;
  bool sure = true;
  bool carries = true;
  std::vector<outbox_task> begun;
  /// What threads that may block were given to do.
  std::deque<std::function<void()>> reads;
  /// What they have posted.
  std::deque<envelope_ptr> posted;
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
    host.reads.clear();
    give(loaded{host.activations, host.store->read_device(slot.device), rules});
    while (!host.reads.empty()) {
      read();
    }
    REQUIRE(sink.replies.contains(1));
  }

  void give(envelope what) {
    slot.work.fetch_add(1);
    REQUIRE_FALSE(shell.handle(std::make_shared<envelope>(std::move(what))));
  }
  /// The next read is carried out, and what it posts is handled.
  void read() {
    const auto work = std::move(host.reads.front());
    host.reads.pop_front();
    work();
    const auto what = std::move(host.posted.front());
    host.posted.pop_front();
    REQUIRE_FALSE(shell.handle(what));
  }
  void application(command_body body) { give(2, std::move(body)); }
  void device(command_body body) {
    slot.queued.fetch_add(1);
    give(incoming{{slot.device, device_sender{1}, 0, std::move(body)}, sink.handle(3)});
  }
  std::uint64_t activation() const { return host.activations; }
  /// The exclusive change is durable.
  void settle() {
    give(settled{ticket_kind::exclusive, false, activation()});
    while (!host.reads.empty()) {
      read();
    }
  }
  void give(std::uint64_t request, command_body body) {
    slot.queued.fetch_add(1);
    give(incoming{{slot.device, administrator(), 0, std::move(body)}, sink.handle(request)});
  }
};

} // namespace muster::test
