#include "http/limits/rate_limits.hpp"

#include <algorithm>

namespace muster::http {

namespace {

const rate_limit& of_device(const device_rules& rules, counted what) {
  switch (what) {
  case counted::message:
    break;
  case counted::telemetry_message:
    return rules.device_telemetry_messages;
  case counted::data_point:
    return rules.device_data_points;
  }
  return rules.device_messages;
}

const rate_limit& of_tenant(const device_rules& rules, counted what) {
  switch (what) {
  case counted::message:
    break;
  case counted::telemetry_message:
    return rules.tenant_telemetry_messages;
  case counted::data_point:
    return rules.tenant_data_points;
  }
  return rules.tenant_messages;
}

} // namespace

std::size_t rate_limits::key_hash::operator()(const key& of) const noexcept {
  return std::hash<uuid>{}(of.who) * 3 + static_cast<std::size_t>(of.what);
}

rate_limits::rate_limits(std::size_t most)
    : most_per_part_{std::max<std::size_t>(1, most / parts)},
      parts_{std::make_unique<std::array<part, parts>>()} {}

std::optional<milliseconds> rate_limits::take(const device_rules& rules, const device_id& device,
                                              counted what, std::uint64_t amount,
                                              milliseconds now) {
  if (const auto wait = take(of_device(rules, what), {device.value, what}, amount, now)) {
    return wait;
  }
  return take(of_tenant(rules, what), {rules.tenant.value, what}, amount, now);
}

std::optional<milliseconds> rate_limits::take(const rate_limit& limit, const key& from,
                                              std::uint64_t amount, milliseconds now) {
  if (limit.empty()) {
    return std::nullopt;
  }
  const std::size_t hash = key_hash{}(from);
  part& in = (*parts_)[hash % parts];
  const std::lock_guard guard{in.mutex};
  auto found = in.usages.find(from);
  if (found == in.usages.end()) {
    if (in.usages.size() >= std::min(in.sweep_at, most_per_part_)) {
      make_room(in, now);
    }
    found = in.usages.try_emplace(from).first;
  }
  return found->second.take(limit, amount, now);
}

/// What is unused again need not be known. Each look at all of them is paid by as many new ones.
void rate_limits::make_room(part& in, milliseconds now) const {
  std::erase_if(in.usages, [now](const auto& each) { return each.second.unused(now); });
  if (in.usages.size() >= most_per_part_) {
    in.usages.erase(in.usages.begin());
  }
  in.sweep_at = std::max<std::size_t>(256, 2 * in.usages.size());
}

std::size_t rate_limits::size() const {
  std::size_t all = 0;
  for (const part& each : *parts_) {
    const std::lock_guard guard{each.mutex};
    all += each.usages.size();
  }
  return all;
}

} // namespace muster::http
