#include "actors/rules/alarms/asked_owners.hpp"

#include <algorithm>

namespace muster {

void asked_owners::add(const asked_owners& more) {
  customer |= more.customer;
  tenant |= more.tenant;
  for (const auto& one : more.customers) {
    if (std::ranges::find(customers, one) == customers.end()) {
      customers.push_back(one);
    }
  }
}

asked_owners asked_by(const alarm_programs& programs) {
  using kind = alarm_source::kind;
  asked_owners asked;
  for (const auto& program : programs) {
    for (const auto& source : program->sources) {
      const bool owner = source.what == kind::owner_attribute;
      const bool customers = source.what == kind::customer_attribute;
      asked.tenant |= owner || source.what == kind::tenant_attribute;
      asked.customer |= owner || (customers && !source.customer);
      if (customers && source.customer) {
        asked.add({false, false, {*source.customer}});
      }
    }
  }
  return asked;
}

} // namespace muster
