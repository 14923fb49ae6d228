#pragma once

#include "actors/model/query.hpp"
#include "actors/model/reply.hpp"
#include "persistence/store/store.hpp"

namespace muster {

/// The answer to a query, its caller's rights checked. Blocks on the disk: for threads of the
/// reader pool. A page of history may be empty and still have `more`.
reply answer(persistence::store& rows, const clock_source& clock, const query& what);

/// Whether the caller may see the device: not_found for none, forbidden for a foreign one.
result<device_info> visible_device(persistence::store& rows, const caller& who,
                                   const device_id& id);

/// The tenant's chain that has the node, or not_found. Reads all chains of the tenant.
result<rule_chain> chain_of_node(persistence::store& rows, const tenant_id& tenant,
                                 const rule_node_id& node);

/// What a device, a customer or the tenant is called. not_found for none, and for a kind that there
/// are no relations of; forbidden for one the caller may not see.
result<std::string> visible_name(persistence::store& rows, const caller& who,
                                 const entity_ref& entity);

/// What a caller without the right is told.
inline constexpr const char* no_permission = "You don't have permission to perform this operation!";

} // namespace muster
