#pragma once

#include "http/server/exchange.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace muster::http {

/// Inclusive upper bounds of the latency buckets in microseconds; the last bucket is what lies
/// above.
inline constexpr std::array<std::uint64_t, 14> latency_bounds{
    100,    250,    500,     1'000,   2'500,     5'000,      10'000,
    25'000, 50'000, 100'000, 250'000, 1'000'000, 10'000'000, 60'000'000};

/// The answers of one endpoint, as read at one moment.
struct endpoint_reading {
  std::string method;
  /// The route's pattern; empty for requests that met no route.
  std::string path;
  /// Status and count, counts above 0 only, by status.
  std::vector<std::pair<int, std::uint64_t>> codes;
  /// From the end of the head to the answer. One count for each bound and one above; not
  /// cumulative.
  std::array<std::uint64_t, latency_bounds.size() + 1> latency{};
  std::uint64_t latency_count = 0;
  std::uint64_t latency_sum_microseconds = 0;
};

/// The counts of one reactor: written by its thread alone, read by any.
class endpoint_counters {
public:
  /// For `routes` routes and, behind them, for requests that meet none.
  explicit endpoint_counters(std::size_t routes);
  ~endpoint_counters();

  void count(std::size_t place, int status, std::uint64_t microseconds);
  /// Adds what was counted at `place`.
  void add_to(endpoint_reading& reading, std::size_t place) const;
  /// The place of requests that met no route.
  [[nodiscard]] std::size_t no_route() const { return places_ - 1; }

private:
  struct entry;

  std::size_t places_;
  std::unique_ptr<entry[]> entries_;
};

} // namespace muster::http
