#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/postgres_store.hpp"
#include "persistence/store/health.hpp"

#include <mutex>

namespace muster::persistence::postgres {

/// What is to be done in the database now and then, by whichever node comes first: months of
/// history are made before they come, and what is over is removed, in pieces so small that no
/// commit waits for them. Nothing here concerns what a read may show: that is judged by the reads.
class housekeeping {
public:
  housekeeping(const postgres_options& options, const clock_source& clock)
      : options_(options), clock_(clock) {}

  /// A round, over one session. True when there is more to remove at once.
  result<bool> tend(connection& session);

  /// Of the database, as of the last round.
  std::uint64_t bytes_on_disk() const;

private:
  answer<bool> remove_expired(connection& session, timestamp now);
  answer<bool> remove_erased(connection& session);

  const postgres_options options_;
  const clock_source& clock_;
  mutable std::mutex mutex_;
  std::uint64_t bytes_on_disk_ = 0;
};

} // namespace muster::persistence::postgres
