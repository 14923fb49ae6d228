#include "actors/device/device_actor.hpp"

#include "actors/device/device_shell.hpp"
#include "actors/device/told_order.hpp"
#include "actors/inspection/crash_stack.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/execution_unit.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_id.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <optional>
#include <utility>

namespace muster {

namespace {

class device_actor_impl : public device_actor::base {
public:
  device_actor_impl(caf::actor_config& config, device_host& host, device_slot& slot)
      : device_actor::base(config), shell_(std::in_place, host, slot) {
    slot.shell = &*shell_;
    release_to(address());
  }

  const char* name() const override { return "device"; }

  ~device_actor_impl() override { acquire_from(address()); }

  void on_exit() override {
    shell_.reset();
    // Whoever waits for the end of all actors comes after this.
    release_to(&system());
  }

  resume_result resume(caf::execution_unit* context, std::size_t max_throughput) override {
    acquire_from(address());
    const auto outcome = device_actor::base::resume(context, max_throughput);
    release_to(address());
    return outcome;
  }

protected:
  behavior_type make_behavior() override {
    return {[this](const envelope_ptr& what) {
      // It may have been sent since this turn began.
      acquire_from(address());
      if (shell_->handle(what)) {
        quit();
      }
    }};
  }

private:
  /// What senders know this actor by: the order among them, and among the threads that run it, is
  /// told at this address.
  const void* address() const noexcept { return static_cast<const caf::abstract_actor*>(this); }

  std::optional<device_shell> shell_;
};

/// A thread that runs what it has made runnable itself, as CAF's workers run what they take.
class turn final : public caf::execution_unit {
public:
  explicit turn(caf::actor_system& system) : caf::execution_unit(&system) {}

  void exec_later(caf::resumable* one) override {
    if (next_ == nullptr) {
      next_ = one;
    } else {
      system().scheduler().enqueue(one);
    }
  }

  void run() {
    auto* job = std::exchange(next_, nullptr);
    if (job == nullptr) {
      return;
    }
    if (job->resume(this, max_envelopes) == caf::resumable::resume_later) {
      system().scheduler().enqueue(job);
    } else {
      caf::intrusive_ptr_release(job);
    }
    // An actor that its turn has woken.
    if (next_ != nullptr) {
      system().scheduler().enqueue(std::exchange(next_, nullptr));
    }
  }

private:
  static constexpr std::size_t max_envelopes = 100;

  caf::resumable* next_ = nullptr;
};

void enqueue(const device_actor& to, envelope_ptr&& what, caf::execution_unit* by) {
  auto* actor = caf::actor_cast<caf::abstract_actor*>(to);
  // What `anon_send` does, with the order told between the element's making and its queueing.
  auto element = caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(what));
  release_to(actor);
  actor->enqueue(std::move(element), by);
}

} // namespace

device_actor spawn_device(caf::actor_system& system, device_host& host, device_slot& slot) {
  return system.spawn<device_actor_impl, caf::lazy_init>(host, slot);
}

void post_envelope(const device_actor& to, envelope_ptr what) {
  enqueue(to, std::move(what), nullptr);
}

void post_and_run(caf::actor_system& system, const device_actor& to, envelope_ptr what) {
  // Whatever the thread was made for, it is an actor's now.
  give_crash_stack();
  turn here(system);
  enqueue(to, std::move(what), &here);
  here.run();
}

} // namespace muster
