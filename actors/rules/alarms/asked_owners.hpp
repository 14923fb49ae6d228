#pragma once

#include "actors/rules/alarms/alarm_program.hpp"

#include <vector>

namespace muster {

/// Whose attributes alarm rules ask for, besides the device's.
struct asked_owners {
  /// Of the device's customer.
  bool customer = false;
  bool tenant = false;
  /// Of these; each once.
  std::vector<customer_id> customers = {};

  bool any() const noexcept { return customer || tenant || !customers.empty(); }
  void add(const asked_owners& more);

  friend bool operator==(const asked_owners&, const asked_owners&) = default;
};

asked_owners asked_by(const alarm_programs& programs);

} // namespace muster
