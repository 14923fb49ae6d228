#pragma once

#include "actors/cluster/links/transport.hpp"

#include <caf/atom.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>

namespace muster {

using hello_atom = caf::atom_constant<caf::atom("hello")>;
using packet_atom = caf::atom_constant<caf::atom("packet")>;
using bye_atom = caf::atom_constant<caf::atom("bye")>;
using look_atom = caf::atom_constant<caf::atom("look")>;

/// The one actor of a node that others know. Only integers and strings travel.
using gateway_actor = caf::typed_actor<
    /// Cluster, wire version, name and generation of who dials, its number of the session → why it
    /// is refused (else empty), and the same of who was dialed.
    caf::replies_to<hello_atom, std::string, std::uint16_t, std::string, std::uint64_t,
                    session_id>::with<std::string, std::string, std::uint64_t, session_id>,
    /// A packet of the receiver's session of that number.
    caf::reacts_to<packet_atom, session_id, std::string>,
    /// The sender has ended the receiver's session of that number.
    caf::reacts_to<bye_atom, session_id>,
    /// Of this node itself: there may be peers to dial.
    caf::reacts_to<look_atom>>;

} // namespace muster
