#pragma once

#include "actors/inspection/crash_stack.hpp"

#include <caf/thread_hook.hpp>

namespace muster {

/// Has each thread of an actor system leave a dump also when its stack is used up.
class crash_ready_threads final : public caf::thread_hook {
public:
  void init(caf::actor_system&) override {}
  void thread_started() override { give_crash_stack(); }
  void thread_terminates() override {}
};

} // namespace muster
