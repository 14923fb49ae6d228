#include "actors/inspection/busy_devices.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

constexpr double nanoseconds_of_a_millisecond = 1'000'000;

double key_of(const busy_device& one, busy_order order) {
  switch (order) {
  case busy_order::rate:
    return one.rate;
  case busy_order::load:
    return one.load;
  case busy_order::queue:
    return one.now.queued;
  case busy_order::memory:
    return static_cast<double>(one.now.bytes);
  case busy_order::idle:
    break;
  }
  return static_cast<double>(one.now.idle);
}

} // namespace

std::vector<busy_device> busy_devices::look(std::vector<resident_facts>&& residents,
                                            milliseconds now, busy_order order, std::size_t most) {
  const auto span = static_cast<double>(now - before_at_);
  const bool first = before_at_ == 0 || span <= 0;
  std::unordered_map<device_id, seen> present;
  present.reserve(residents.size());
  std::vector<busy_device> all;
  all.reserve(residents.size());
  for (const auto& one : residents) {
    present.emplace(one.device, seen{one.commands, one.busy});
    busy_device shown{one};
    const auto found = before_.find(one.device);
    // One that left meanwhile and came back has begun anew.
    const seen before =
        found != before_.end() && found->second.commands <= one.commands ? found->second : seen{};
    if (!first) {
      shown.rate = static_cast<double>(one.commands - before.commands) * 1'000 / span;
      shown.load = static_cast<double>(one.busy - std::min(one.busy, before.busy)) /
                   nanoseconds_of_a_millisecond / span;
    }
    all.push_back(shown);
  }
  before_ = std::move(present);
  before_at_ = now;
  const std::size_t end = std::min(most, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(end), all.end(),
                    [order](const busy_device& a, const busy_device& b) {
                      return key_of(a, order) > key_of(b, order);
                    });
  all.resize(end);
  return all;
}

} // namespace muster
