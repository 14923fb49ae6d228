#include "tests/simulation/database.hpp"

#include <algorithm>

namespace muster::test {

namespace {

using persistence::write_outcome;

constexpr auto fresh = persistence::new_device_epoch;

} // namespace

database::database(world& in)
    : world_(in), table_(in.time), rows_(persistence::make_memory_store(in.time)) {}

bool database::holds(const shard_mark& mark) {
  const auto row = table_.row(mark.shard);
  switch (world_.planted) {
  case planted_fault::no_fence:
    return true;
  case planted_fault::fence_by_epoch_only:
    return row.epoch == mark.epoch;
  default:
    return row.epoch == mark.epoch && row.seq == mark.sequence;
  }
}

std::optional<std::vector<write_outcome>> database::commit(const transaction& what) {
  if (!std::ranges::all_of(what.expects, [this](const auto& mark) { return holds(mark); })) {
    ++fenced;
    return std::nullopt;
  }
  for (const auto& mark : what.expects) {
    check_owner(what, mark);
    const auto row = table_.row(mark.shard);
    table_.commit(mark.shard, row.epoch, row.seq);
  }
  std::vector<persistence::write> writes = what.writes;
  for (auto& one : writes) {
    // Proven above; the store knows of no epochs.
    one.epoch = fresh;
  }
  auto outcomes = rows_->commit(writes);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (outcomes[i].what == write_outcome::kind::durable) {
      ++commits;
      check_numbers(writes[i]);
    }
  }
  return outcomes;
}

void database::check_owner(const transaction& what, const shard_mark& mark) {
  // A commit that was lost may still come true after the release, until somebody takes the shard.
  const auto owner = table_.row(mark.shard).owner;
  if (owner != what.by && owner.generation != 0) {
    world_.wrong(to_text(what.by) + " committed to a shard of another node");
  }
  auto& last = last_.try_emplace(mark.shard, mark.epoch, what.by).first->second;
  if (mark.epoch < last.first || (mark.epoch == last.first && what.by != last.second)) {
    world_.wrong(to_text(what.by) + " committed under epoch " +
                 std::to_string(static_cast<std::uint64_t>(mark.epoch)) + " after " +
                 to_text(last.second) + " did so under " +
                 std::to_string(static_cast<std::uint64_t>(last.first)));
  }
  last = {mark.epoch, what.by};
}

void database::check_numbers(const persistence::write& what) {
  const auto grows = [&](auto& known, auto next, bool again, const char* name) {
    if (next < known || (next == known && !again)) {
      world_.wrong(std::string(name) + " of a device goes back from " + std::to_string(known) +
                   " to " + std::to_string(next));
    }
    known = next;
  };
  auto& known = numbers_[*what.device];
  for (const auto& row : what.mutations) {
    if (const auto* message = std::get_if<persistence::append_history>(&row)) {
      grows(known.arrival, message->arrival, false, "the number of messages");
    } else if (const auto* counters = std::get_if<persistence::put_counters>(&row)) {
      grows(known.shared_change, counters->shared_change, true, "the number of changes");
      grows(known.cursor, counters->cursor.value_or(0), true, "the cursor");
    }
  }
}

std::vector<shard_mark> database::settle(const std::vector<shard_mark>& expected) {
  ++settled;
  for (const auto& mark : expected) {
    if (table_.commit(mark.shard, mark.epoch, mark.sequence)) {
      table_.commit(mark.shard, mark.epoch, mark.sequence + 1);
    }
  }
  return read_marks(expected);
}

std::vector<shard_mark> database::read_marks(const std::vector<shard_mark>& of) {
  std::vector<shard_mark> found;
  for (const auto& mark : of) {
    const auto row = table_.row(mark.shard);
    if (row.epoch == mark.epoch) {
      found.push_back({mark.shard, row.epoch, row.seq});
    }
  }
  return found;
}

result<std::optional<persistence::device_rows>> database::read_device(const device_id& device,
                                                                      const shard_mark& known) {
  const auto row = table_.row(known.shard);
  if (row.epoch != known.epoch || row.seq < known.sequence) {
    return fail(error_code::storage_unavailable, "the device belongs to another node now");
  }
  return rows_->read_device(device);
}

} // namespace muster::test
