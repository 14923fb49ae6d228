#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"
#include "actors/queries/queries.hpp"

namespace muster {

// Who may see what.

/// A tenant's administrator all devices of the tenant, a customer's user those of the customer.
bool may_see(const caller& who, const device_info& device);

/// The same of alarms, by whose they were.
bool may_see(const caller& who, const alarm& one);

/// Everybody himself; a tenant's administrator the users of the tenant, the system administrator
/// all but the users of customers.
bool may_see(const caller& who, const user& other);

/// not_found for none, forbidden for one the caller may not see.
result<alarm> visible_alarm(persistence::store& rows, const caller& who, const alarm_id& id);
result<user> visible_user(persistence::store& rows, const caller& who, const user_id& id);

} // namespace muster
