#include "actors/registry/registry_state.hpp"

#include <spdlog/spdlog.h>

#include <exception>

namespace muster {

bool registry::state::load(device_slot& slot, std::uint64_t activation) {
  if (!loads_) {
    return device_host::load(slot, activation);
  }
  loads_->ask({&slot, activation});
  return true;
}

void registry::state::begin_load(resident& slot, std::uint64_t activation) {
  if (!load(slot, activation)) {
    refuse_load({&slot, activation});
  }
}

void registry::state::refuse_load(const load_question& what) {
  // On a thread that asks, which runs nobody's turn.
  post(*what.slot, loaded{what.activation, fail(error_code::overloaded, {})});
}

void registry::state::read_rows(const std::vector<load_question>& questions) noexcept {
  std::vector<result<std::optional<persistence::device_rows>>> found;
  try {
    std::vector<device_id> devices;
    for (const auto& one : questions) {
      devices.push_back(one.slot->device);
    }
    found = needs_.read_devices(devices);
  } catch (const std::exception& e) {
    spdlog::error("{} devices could not be read: {}", questions.size(), e.what());
  }
  // Empty after an exception.
  for (std::size_t i = 0; i < questions.size(); ++i) {
    result<std::optional<persistence::device_rows>> rows =
        fail(error_code::internal, "The device could not be read");
    if (i < found.size()) {
      rows = std::move(found[i]);
    }
    deliver_rows(*this, *questions[i].slot, questions[i].activation, std::move(rows));
  }
}

} // namespace muster
