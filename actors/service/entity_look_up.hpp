#pragma once

#include "actors/rules/engine/entity_work.hpp"
#include "persistence/store/store.hpp"

#include <string>
#include <vector>

namespace muster {

// What rule chains of a device ask of other entities, read from the store; for threads that may
// block. Only entities of the device's tenant are related to it. Errors: storage_unavailable;
// not_found, when whoever asks is gone; invalid, when too many relations would have to be followed.

/// The device whose actor asks. A tenant's asks like a device of the tenant that has nothing.
result<device_info> read_asker(persistence::store& rows, const device_id& which);

result<entity_found> look_up(persistence::store& rows, const device_id& device,
                             const entity_work& what);
result<relation_found> look_up(persistence::store& rows, const device_id& device,
                               const relation_work& what);

/// The entities from which relations of these types, or of all when there are none, lead to the
/// device, whatever is between them; each once.
result<std::vector<uuid>> find_related(persistence::store& rows, const device_id& device,
                                       const std::vector<std::string>& types);

} // namespace muster
