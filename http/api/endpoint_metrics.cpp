#include "http/api/endpoint_metrics.hpp"

#include <algorithm>

namespace muster::http {

namespace {

/// Every status that an answer here can have.
constexpr std::array statuses{200, 201, 204, 206, 301, 302, 303, 304, 307, 400, 401,
                              403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415,
                              416, 417, 422, 429, 431, 500, 501, 502, 503, 504};

/// One writer, so that no locked instruction is needed.
void add(std::atomic<std::uint64_t>& to, std::uint64_t amount) {
  to.store(to.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

} // namespace

struct endpoint_counters::entry {
  std::array<std::atomic<std::uint64_t>, statuses.size()> codes{};
  std::array<std::atomic<std::uint64_t>, latency_bounds.size() + 1> latency{};
  std::atomic<std::uint64_t> latency_sum = 0;
};

endpoint_counters::endpoint_counters(std::size_t routes)
    : places_{routes + 1}, entries_{std::make_unique<entry[]>(places_)} {}

endpoint_counters::~endpoint_counters() = default;

void endpoint_counters::count(std::size_t place, int status, std::uint64_t microseconds) {
  entry& at = entries_[place];
  const auto known = std::ranges::lower_bound(statuses, status);
  const auto index = std::min<std::size_t>(known - statuses.begin(), statuses.size() - 1);
  add(at.codes[index], 1);
  const auto bucket = std::ranges::lower_bound(latency_bounds, microseconds);
  add(at.latency[static_cast<std::size_t>(bucket - latency_bounds.begin())], 1);
  add(at.latency_sum, microseconds);
}

void endpoint_counters::add_to(endpoint_reading& reading, std::size_t place) const {
  const entry& at = entries_[place];
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const auto count = at.codes[i].load(std::memory_order_relaxed);
    if (count == 0) {
      continue;
    }
    const auto after = std::ranges::lower_bound(reading.codes, statuses[i], {},
                                                &std::pair<int, std::uint64_t>::first);
    if (after != reading.codes.end() && after->first == statuses[i]) {
      after->second += count;
    } else {
      reading.codes.emplace(after, statuses[i], count);
    }
  }
  for (std::size_t i = 0; i < reading.latency.size(); ++i) {
    const auto count = at.latency[i].load(std::memory_order_relaxed);
    reading.latency[i] += count;
    reading.latency_count += count;
  }
  reading.latency_sum_microseconds += at.latency_sum.load(std::memory_order_relaxed);
}

} // namespace muster::http
