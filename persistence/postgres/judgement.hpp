#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/reference_counts.hpp"
#include "persistence/postgres/taken_keys.hpp"
#include "persistence/postgres/versions.hpp"
#include "persistence/store/store.hpp"

#include <optional>
#include <span>

namespace muster::persistence::postgres {

/// Judges the preconditions of a batch over what is in the database and what earlier writes of the
/// batch leave. All that the batch asks is read by one round trip, and locked where another node
/// could change it before the commit: what must exist or have a version against removal or change,
/// what is to be unused against being referred to. That a name is free nobody can lock: if another
/// node takes it first, the commit fails at the database's constraint and all is judged again.
class judgement {
public:
  explicit judgement(std::span<const write* const> batch);

  /// Whether there is anything to judge.
  bool needed() const noexcept { return needed_; }
  /// Queues the questions, locks first.
  void queue(connection& to);
  /// Takes the answers of what `queue` queued, in order.
  void read(std::span<const rows> answers);

  /// The reply when the write is refused; else nullopt, and later writes see what it does.
  std::optional<error> judge(const write& what);

private:
  bool needed_ = false;
  taken_keys keys_;
  versions versions_;
  reference_counts counts_;
};

} // namespace muster::persistence::postgres
