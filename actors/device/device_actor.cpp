#include "actors/device/device_actor.hpp"

#include "actors/device/device_shell.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <optional>
#include <utility>

#ifdef __SANITIZE_THREAD__
// Debian's CAF is not instrumented, so the sanitizer cannot see the order its queues make.
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#endif

namespace muster {

namespace {

void release_to([[maybe_unused]] const void* address) noexcept {
#ifdef __SANITIZE_THREAD__
  __tsan_release(const_cast<void*>(address));
#endif
}

void acquire_from([[maybe_unused]] const void* address) noexcept {
#ifdef __SANITIZE_THREAD__
  __tsan_acquire(const_cast<void*>(address));
#endif
}

class device_actor_impl : public device_actor::base {
public:
  device_actor_impl(caf::actor_config& config, device_host& host, device_slot& slot)
      : device_actor::base(config), shell_(std::in_place, host, slot) {
    release_to(this);
  }

  const char* name() const override { return "device"; }

  void on_exit() override {
    acquire_from(this);
    shell_.reset();
  }

protected:
  behavior_type make_behavior() override {
    return {[this](const envelope_ptr& what) {
      // From the sender, and from the thread that ran this actor before.
      acquire_from(what.get());
      acquire_from(this);
      const bool ends = shell_->handle(what);
      release_to(this);
      if (ends) {
        quit();
      }
    }};
  }

private:
  std::optional<device_shell> shell_;
};

} // namespace

device_actor spawn_device(caf::actor_system& system, device_host& host, device_slot& slot) {
  return system.spawn<device_actor_impl, caf::lazy_init>(host, slot);
}

void post_envelope(const device_actor& to, envelope_ptr what) {
  release_to(what.get());
  caf::anon_send(to, std::move(what));
}

} // namespace muster
