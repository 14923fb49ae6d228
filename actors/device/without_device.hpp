#pragma once

#include "persistence/store/store.hpp"

#include <optional>

namespace muster {

/// What lives under an identifier that is no device: a tenant, in whose actor chains run for
/// messages that are no device's, or a device that is deleted, whose outbox is not empty yet.
/// `left`: what the store has there. nullopt: nothing. On a thread that may block.
result<std::optional<persistence::device_rows>>
find_without_device(persistence::store& rows, const device_id& which,
                    std::optional<persistence::device_rows>&& left);

} // namespace muster
