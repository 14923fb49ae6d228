#pragma once

#include "actors/device/device_host.hpp"
#include "actors/device/envelope.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>
#include <caf/typed_actor.hpp>

// Envelopes never leave the process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(muster::envelope_ptr)

namespace muster {

/// A device, as CAF schedules it: one envelope at a time goes to its `device_shell`.
using device_actor = caf::typed_actor<caf::reacts_to<envelope_ptr>>;

/// The actor works for `slot` until it leaves; host and slot outlive it, or are handed over to it.
device_actor spawn_device(caf::actor_system& system, device_host& host, device_slot& slot);

/// The way into a device's mailbox. Any thread, never blocks.
void post_envelope(const device_actor& to, envelope_ptr what);

/// The same, but when the actor was idle this thread runs its turn before it returns: one thread
/// less to be woken. For threads on which nobody waits.
void post_and_run(caf::actor_system& system, const device_actor& to, envelope_ptr what);

} // namespace muster
