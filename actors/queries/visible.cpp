#include "actors/queries/visible.hpp"

#include <utility>

namespace muster {

namespace {

bool may_see(const caller& who, const tenant_id& tenant,
             const std::optional<customer_id>& customer) {
  switch (who.role) {
  case authority::tenant_administrator:
    return who.tenant == tenant;
  case authority::customer_user:
    return who.tenant == tenant && who.customer && who.customer == customer;
  case authority::system_administrator:
    return false;
  }
  return false;
}

} // namespace

bool may_see(const caller& who, const device_info& device) {
  return may_see(who, device.tenant, device.customer);
}

bool may_see(const caller& who, const alarm& one) {
  return may_see(who, one.tenant, one.customer);
}

bool may_see(const caller& who, const user& other) {
  if (who.user == other.id) {
    return true;
  }
  switch (who.role) {
  case authority::system_administrator:
    return other.role != authority::customer_user;
  case authority::tenant_administrator:
    return who.tenant && who.tenant == other.tenant;
  case authority::customer_user:
    return false;
  }
  return false;
}

namespace {

template <class T>
result<T> visible(result<std::optional<T>> found, const caller& who) {
  if (!found) {
    return tl::unexpected(std::move(found.error()));
  }
  if (!*found) {
    return fail(error_code::not_found);
  }
  if (!may_see(who, **found)) {
    return fail(error_code::forbidden, no_permission);
  }
  return std::move(**found);
}

} // namespace

result<device_info> visible_device(persistence::store& rows, const caller& who,
                                   const device_id& id) {
  return visible(rows.read_device_info(id), who);
}

result<alarm> visible_alarm(persistence::store& rows, const caller& who, const alarm_id& id) {
  return visible(rows.read_alarm(id), who);
}

result<user> visible_user(persistence::store& rows, const caller& who, const user_id& id) {
  return visible(rows.read_user(id), who);
}

} // namespace muster
