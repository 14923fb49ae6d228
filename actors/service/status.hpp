#pragma once

#include "actors/model/histogram.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace muster {

/// One reading of everything below http/ for metrics and health. Counters since start unless said
/// otherwise.
struct service_status {
  /// Now.
  std::size_t active_devices = 0;
  std::size_t loading_devices = 0;
  std::size_t quarantined_devices = 0;
  std::size_t parked_polls = 0;
  /// RPCs of resident devices now, by state.
  std::size_t rpcs_queued = 0;
  std::size_t rpcs_delivered = 0;

  std::uint64_t activations = 0;
  std::uint64_t passivations = 0;
  std::uint64_t commands = 0;
  std::uint64_t overloads = 0;
  std::uint64_t exceptions = 0;

  std::uint64_t commits = 0;
  std::uint64_t commit_failures = 0;
  std::uint64_t committed_rows = 0;
  std::size_t commit_queue = 0;
  /// Microseconds of one commit; submissions in one batch.
  histogram_counts<12> commit_time;
  histogram_counts<10> commit_batch;

  std::size_t read_queue = 0;
  std::uint64_t reads = 0;
  std::uint64_t read_refusals = 0;

  std::uint64_t store_bytes = 0;
  std::uint64_t store_reopenings = 0;
  /// Empty while the store takes writes, else why it does not.
  std::string store_trouble;
  std::uint64_t disk_free = 0;
};

} // namespace muster
