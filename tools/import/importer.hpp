#pragma once

#include "tools/import/csv_history.hpp"
#include "tools/import/journal.hpp"
#include "tools/import/refusals.hpp"
#include "tools/import/source.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace muster::import {

struct importer_options {
  /// Devices worked on at a time, each over its own connection.
  unsigned connections = 32;
  /// The history of devices comes along, where the source has one.
  bool history = false;
};

/// What a run has done.
struct import_summary {
  std::uint64_t made = 0;
  /// There before with the same credentials; their attributes were saved anew.
  std::uint64_t was_there = 0;
  /// Done by an earlier run.
  std::uint64_t skipped = 0;
  std::uint64_t points = 0;
};

/// Brings over all devices of a source, many at a time. A device that is refused goes into the
/// report and the run goes on; a target that is gone ends it with an error, to be started again.
/// `stopping` ends it at the next device.
class importer {
public:
  importer(session& to, journal& done, refusals& refused, const importer_options& options,
           std::atomic<bool>& stopping)
      : to_{to}, done_{done}, refused_{refused}, options_{options}, stopping_{stopping} {}

  result<import_summary> devices(source& from);
  /// The history of devices that are there, from a file.
  result<import_summary> history(csv_history& from);

private:
  /// Runs `work(connection)` on every thread until it returns false or the run ends.
  template <class Work>
  result<void> in_parallel(Work work);
  /// True when the run goes on: refused devices are reported, other errors end it.
  bool settle(const error& why, const std::string& place, const std::string& name);

  session& to_;
  journal& done_;
  refusals& refused_;
  const importer_options options_;
  std::atomic<bool>& stopping_;
  std::mutex failure_mutex_;
  std::optional<error> failure_;
};

} // namespace muster::import
