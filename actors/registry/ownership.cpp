#include "actors/registry/registry_state.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// How long an answer waits until it is sure again that the shard is ours, if its command has more
/// time than that or none was given: as long as the edges' commands may take.
constexpr milliseconds hold_most = 10'000;

/// Says nothing of the device that a newer owner could know better: the asker's time is over.
bool is_timeout(const reply& what) noexcept {
  const auto* why = std::get_if<error>(&what);
  return why != nullptr &&
         (why->code == error_code::poll_timeout || why->code == error_code::rpc_timeout ||
          why->code == error_code::rpc_undelivered);
}

/// To an answer that could not be given before the shard was lost. Whoever asked to read, or waited
/// for content, asks the next owner; what ended here with an RPC did so and must not begin again.
error lost_answer(const reply& what) {
  const bool ended = std::holds_alternative<rpc_answer>(what) ||
                     std::holds_alternative<done>(what) || std::holds_alternative<error>(what);
  return {ended ? error_code::storage_unavailable : error_code::wrong_owner, {}};
}

} // namespace

void registry::state::open_shard(shard_id shard, persistence::shard_epoch epoch) {
  device_table& table = table_of(shard);
  {
    const std::lock_guard guard(table.lock);
    if (table.service == shard_service::served && table.epoch == epoch) {
      return;
    }
  }
  close_shard(shard);
  note(recorded::opened, shard, epoch);
  const std::lock_guard guard(table.lock);
  table.service = shard_service::served;
  table.epoch = epoch;
  // Its devices' deadlines are in the store.
  table.due_head = INT64_MIN;
  table.next_wake = never;
}

void registry::state::drain_shard(shard_id shard, std::function<void()> drained) {
  device_table& table = table_of(shard);
  std::function<void()> empty;
  std::vector<resident*> leaving;
  {
    const std::lock_guard guard(table.lock);
    if (table.service == shard_service::none) {
      return;
    }
    note(recorded::draining, shard, table.epoch);
    table.service = shard_service::draining;
    table.drained = std::move(drained);
    for (auto& [id, slot] : table.residents) {
      slot->work.fetch_add(1);
      leaving.push_back(slot.get());
    }
    empty = table.take_drained();
  }
  for (resident* slot : leaving) {
    post(*slot, depart{false});
  }
  if (empty) {
    empty();
  }
}

void registry::state::close_shard(shard_id shard) {
  device_table& table = table_of(shard);
  std::vector<resident*> leaving;
  std::vector<held_answer> held;
  {
    const std::lock_guard guard(table.lock);
    if (table.service != shard_service::none) {
      note(recorded::closed, shard, table.epoch);
    }
    table.service = shard_service::none;
    table.drained = nullptr;
    leaving = clear(table);
    held = std::exchange(table.held, {});
  }
  for (resident* slot : leaving) {
    post(*slot, depart{true});
  }
  std::vector<completion> replies;
  for (auto& one : held) {
    error why = lost_answer(one.what.what);
    replies.push_back({std::move(one.what.to), std::move(why)});
  }
  answer_all(std::move(replies));
}

std::vector<resident*> registry::state::clear(device_table& table) {
  std::vector<resident*> slots;
  for (auto& [id, slot] : table.residents) {
    slot->work.fetch_add(1);
    slots.push_back(slot.get());
    table.closing.push_back(std::move(slot));
  }
  table.residents.clear();
  table.by_use.clear();
  return slots;
}

/// On the committer's thread. Of a slot that is closing, the shard may be ours again.
void registry::state::lose_shard(const resident& stale) {
  const shard_id shard = shard_of(stale.device);
  {
    device_table& table = table_of(shard);
    const std::lock_guard guard(table.lock);
    if (table.service == shard_service::none || table.epoch != stale.epoch) {
      return;
    }
  }
  close_shard(shard);
  if (needs_.shard_lost) {
    needs_.shard_lost(shard, stale.epoch);
  }
}

void registry::state::give_back(command&& what, reply_handle&& to) {
  if (needs_.not_served) {
    needs_.not_served(std::move(what), std::move(to));
  } else {
    to.answer(error{error_code::wrong_owner, {}});
  }
}

void registry::state::answer(device_slot& from, std::vector<completion>&& replies) {
  // Compared now, after the state was looked at: a pause from here on is harmless.
  if (owns_now()) {
    answer_all(std::move(replies));
    return;
  }
  std::vector<completion> timeouts;
  std::erase_if(replies, [&](completion& one) {
    if (!is_timeout(one.what)) {
      return false;
    }
    timeouts.push_back(std::move(one));
    return true;
  });
  answer_all(std::move(timeouts));
  device_table& table = table_of(from.device);
  std::unique_lock guard(table.lock);
  if (table.service == shard_service::none || table.epoch != from.epoch) {
    guard.unlock();
    for (auto& one : replies) {
      one.what = lost_answer(one.what);
    }
    answer_all(std::move(replies));
    return;
  }
  hold(table, std::move(replies));
}

void registry::state::hold(device_table& table, std::vector<completion>&& replies) {
  const milliseconds at_most = later(needs_.clock.now().steady, hold_most);
  for (auto& one : replies) {
    const milliseconds until = one.deadline != 0 ? std::min(one.deadline, at_most) : at_most;
    table.held.push_back({std::move(one), until});
  }
}

void registry::state::settle_held(device_table& table, milliseconds now) {
  std::vector<completion> replies;
  std::function<void()> drained;
  {
    const std::lock_guard guard(table.lock);
    if (table.held.empty()) {
      return;
    }
    const bool sure = owns_now();
    std::erase_if(table.held, [&](held_answer& one) {
      if (!sure && one.until > now) {
        return false;
      }
      if (!sure) {
        one.what.what = error{error_code::storage_unavailable, {}};
      }
      replies.push_back(std::move(one.what));
      return true;
    });
    drained = table.take_drained();
  }
  answer_all(std::move(replies));
  if (drained) {
    drained();
  }
}

/// An actor that departs ends with the envelope that finds nothing else under way; if its last work
/// was not an envelope, it gets one here.
void registry::state::hurry_leaving(device_table& table) {
  const auto hurry = [this](resident& slot) {
    if (slot.work.load() == 0) {
      slot.work.fetch_add(1);
      post(slot, leave{});
    }
  };
  for (auto& slot : table.closing) {
    hurry(*slot);
  }
  if (table.service == shard_service::draining) {
    for (resident* slot : table.by_use) {
      hurry(*slot);
    }
  }
}

} // namespace muster
