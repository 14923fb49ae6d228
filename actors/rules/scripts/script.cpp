#include "actors/rules/scripts/script.hpp"

#include "actors/rules/scripts/script_state.hpp"

#include <utility>

namespace muster {

script::script(script_source source) : state_(std::make_shared<script_state>(std::move(source))) {}

const script_source& script::source() const noexcept {
  return state_->source;
}

std::optional<milliseconds> script::suspended_until(instant now) const {
  const auto until = state_->suspended_until.load(std::memory_order_relaxed);
  return now.steady < until ? std::optional(until) : std::nullopt;
}

} // namespace muster
