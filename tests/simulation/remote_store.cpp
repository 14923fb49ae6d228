#include "tests/simulation/remote_store.hpp"

#include <algorithm>
#include <map>

namespace muster::test {

namespace {

using persistence::write;
using persistence::write_outcome;

constexpr int most_attempts = 12;
/// A batch is not sent again when it has taken so long.
constexpr milliseconds most_time = 5'000;

error no_answer() {
  return {error_code::storage_unavailable, "the database does not answer"};
}

} // namespace

remote_store::remote_store(process& here, world& in, database& common)
    : forwarding_store(common.rows()), here_(here), world_(in), common_(common) {}

void remote_store::own(const persistence::owned_shard& which) {
  book_.own({which.shard, which.epoch, which.seq});
}

void remote_store::disown(shard_id shard) {
  book_.disown(shard);
}

std::vector<write_outcome> remote_store::commit(std::span<const write> batch) {
  outcomes result(batch.size());
  std::vector<part> parts;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    parts.push_back({&batch[i], &result[i]});
  }
  // One is under way at a time, or the keeper settles.
  while (busy_ && here_.sleep(1)) {
  }
  busy_ = true;
  carry_out(parts);
  busy_ = false;
  return result;
}

void remote_store::carry_out(std::vector<part>& parts) {
  const milliseconds end = world_.time.time() + most_time;
  for (int tries = 0; tries < most_attempts && world_.time.time() < end; ++tries) {
    if (const auto doubts = book_.doubted(); !doubts.empty() && !settle(doubts)) {
      return fail_all(parts);
    }
    const auto expects = marks_of(parts);
    if (parts.empty() || attempt(parts, expects) == ending::done) {
      return;
    }
  }
  fail_all(parts);
}

std::vector<shard_mark> remote_store::marks_of(std::vector<part>& parts) const {
  std::map<shard_id, shard_mark> marks;
  std::erase_if(parts, [&](const part& one) {
    const auto mark = book_.find(one.change->shard);
    if (!mark || mark->epoch != one.change->epoch) {
      *one.outcome = {write_outcome::kind::stale_epoch, {}};
      return true;
    }
    marks.emplace(mark->shard, *mark);
    return false;
  });
  std::vector<shard_mark> expects;
  for (const auto& [shard, mark] : marks) {
    expects.push_back(mark);
  }
  return expects;
}

remote_store::ending remote_store::attempt(const std::vector<part>& parts,
                                           const std::vector<shard_mark>& expects) {
  database::transaction what{self_, expects, {}};
  for (const auto& one : parts) {
    what.writes.push_back(*one.change);
  }
  auto got = here_.ask<answered_commit>(
      [what = std::move(what), &common = common_] { return common.commit(what); });
  if (!got) {
    return finish_unknown(parts, expects);
  }
  if (!*got) {
    find_lost(expects);
    return ending::again;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    *parts[i].outcome = std::move((**got)[i]);
  }
  for (auto mark : expects) {
    ++mark.sequence;
    book_.settle(mark);
  }
  return ending::done;
}

remote_store::ending remote_store::finish_unknown(const std::vector<part>& parts,
                                                  const std::vector<shard_mark>& expects) {
  book_.doubt(expects);
  if (world_.planted == planted_fault::unknown_commit_done) {
    // Left as they were made: durable.
    return ending::done;
  }
  if (!settle(expects) || !found_) {
    fail_all(parts);
    return ending::done;
  }
  // One further: durable. Else it never will be, and is sent again.
  return *found_ == 1 ? ending::done : ending::again;
}

void remote_store::find_lost(const std::vector<shard_mark>& expects) {
  const auto now = here_.ask<std::vector<shard_mark>>(
      [expects, &common = common_] { return common.read_marks(expects); });
  for (const auto& mark : expects) {
    if (now && std::ranges::find(*now, mark) == now->end()) {
      book_.lose(mark);
    }
  }
}

bool remote_store::settle(const std::vector<shard_mark>& doubts) {
  const auto now = here_.ask<std::vector<shard_mark>>(
      [doubts, &common = common_] { return common.settle(doubts); });
  if (!now) {
    return false;
  }
  found_ = std::nullopt;
  for (const auto& mark : doubts) {
    const auto found = std::ranges::find(*now, mark.shard, &shard_mark::shard);
    if (found == now->end()) {
      book_.lose(mark);
    } else {
      found_ = found->sequence - mark.sequence;
      book_.settle(*found);
    }
  }
  return true;
}

void remote_store::tend() {
  const auto doubts = book_.doubted();
  if (busy_ || doubts.empty()) {
    return;
  }
  busy_ = true;
  settle(doubts);
  busy_ = false;
}

void remote_store::fail_all(const std::vector<part>& parts) {
  for (const auto& one : parts) {
    *one.outcome = {write_outcome::kind::failed, no_answer()};
  }
}

remote_store::device_read remote_store::read_device(const device_id& device) {
  return std::move(read_devices({&device, 1}).front());
}

std::vector<remote_store::device_read>
remote_store::read_devices(std::span<const device_id> devices) {
  std::vector<device_read> all(devices.size(), fail(error_code::storage_unavailable,
                                                    "the shard is not ours, or not settled"));
  std::map<std::size_t, std::pair<device_id, shard_mark>> readable;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    if (const auto mark = book_.settled(shard_of(devices[i]))) {
      readable[i] = {devices[i], *mark};
    }
  }
  using many = std::map<std::size_t, device_read>;
  auto got = here_.ask<many>([readable, &common = common_] {
    many found;
    for (const auto& [place, one] : readable) {
      found.emplace(place, common.read_device(one.first, one.second));
    }
    return found;
  });
  for (const auto& [place, one] : readable) {
    all[place] = got ? std::move(got->at(place)) : device_read(tl::unexpected(no_answer()));
  }
  return all;
}

result<std::vector<persistence::due_entry>> remote_store::read_due(shard_id shard, timestamp until,
                                                                   std::size_t limit) {
  using entries = result<std::vector<persistence::due_entry>>;
  auto got = here_.ask<entries>(
      [=, &common = common_] { return common.rows().read_due(shard, until, limit); });
  return got ? std::move(*got) : entries(tl::unexpected(no_answer()));
}

} // namespace muster::test
