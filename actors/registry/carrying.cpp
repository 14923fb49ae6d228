#include "actors/registry/registry_state.hpp"

#include <utility>

namespace muster {

bool registry::state::carry(const device_id& device, std::uint64_t activation, outbox_task&& what) {
  if (needs_.carrier == nullptr) {
    return false;
  }
  const std::uint64_t number = what.number;
  return needs_.carrier->carry(
      device, std::move(what), [this, device, activation, number](work_outcome&& outcome) {
        resident* slot = nullptr;
        {
          device_table& table = table_of(device);
          const std::lock_guard guard(table.lock);
          // Whoever has the device now takes its rows up again.
          slot = stopped_.load(std::memory_order_relaxed) ? nullptr : table.find(device);
          if (slot == nullptr) {
            return;
          }
          slot->work.fetch_add(1);
        }
        post(*slot, work_ended{activation, number, std::move(outcome)});
      });
}

} // namespace muster
