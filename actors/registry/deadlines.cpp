#include "actors/registry/registry_state.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace muster {

namespace {

/// Devices leave after this long without a command.
constexpr milliseconds idle_after = 600'000;
/// Slots looked at in one shard and tick.
constexpr int looks_for_idle = 64;
/// Stored deadlines read at a time.
constexpr std::size_t due_piece = 64;
/// When a shard's stored deadlines are read again that were due, or could not be read.
constexpr milliseconds due_retry = 1'000;
/// The wall clock was set when it moved by more than this against the steady one.
constexpr milliseconds clock_jump = 1'000;

} // namespace

void registry::state::tick() {
  if (stopped_.load(std::memory_order_relaxed)) {
    return;
  }
  const instant now = needs_.clock.now();
  const milliseconds offset = now.wall - now.steady;
  const bool jumped = clock_offset_ && std::abs(offset - *clock_offset_) > clock_jump;
  if (!clock_offset_ || jumped) {
    clock_offset_ = offset;
  }
  std::vector<resident*> due;
  std::vector<resident*> retire;
  for (std::uint16_t shard = 0; shard < shard_count; ++shard) {
    device_table& table = tables_[shard];
    bool read_stored = false;
    {
      const std::lock_guard guard(table.lock);
      hurry_leaving(table);
      if (table.service == shard_service::none) {
        continue;
      }
      fire_deadlines(table, now.steady, jumped, due);
      pick_idle(table, now.steady, retire);
      if (table.service == shard_service::served && (jumped || table.due_head <= now.wall)) {
        read_stored = !std::exchange(table.reading_due, true);
      }
      if (read_stored) {
        table.due_head = never;
      }
    }
    if (read_stored) {
      read_due(shard, now.wall);
    }
    settle_held(table, now.steady);
  }
  for (resident* slot : due) {
    post(*slot, wake{});
  }
  post_leave(retire);
}

void registry::state::fire_deadlines(device_table& table, milliseconds now, bool clock_jumped,
                                     std::vector<resident*>& due) {
  // Deadlines on the wall clock were put on the steady one as the clocks stood then.
  const milliseconds until = clock_jumped ? never - 1 : now;
  if (table.next_wake > until) {
    return;
  }
  table.next_wake = never;
  for (resident* slot : table.by_use) {
    const milliseconds armed = slot->armed.load();
    if (armed > until) {
      table.next_wake = std::min(table.next_wake, armed);
      continue;
    }
    slot->armed.store(never);
    slot->work.fetch_add(1);
    due.push_back(slot);
  }
}

void registry::state::pick_idle(device_table& table, milliseconds now,
                                std::vector<resident*>& retire) {
  for (int look = 0; look < looks_for_idle && !table.by_use.empty(); ++look) {
    resident& oldest = *table.by_use.front();
    if (later(oldest.touched, idle_after) > now) {
      return;
    }
    table.touch(oldest, now);
    // What it is just woken for comes before this in its mailbox.
    if (!oldest.pinned.load(std::memory_order_relaxed)) {
      oldest.work.fetch_add(1);
      retire.push_back(&oldest);
    }
  }
}

void registry::state::arm(device_slot& slot, milliseconds at) {
  device_table& table = table_of(slot.device);
  const std::lock_guard guard(table.lock);
  slot.armed.store(at);
  table.next_wake = std::min(table.next_wake, at);
}

void registry::state::read_due(std::uint16_t shard, timestamp now) {
  const auto work = [this, shard, now]() noexcept {
    timestamp head = later(now, due_retry);
    try {
      auto entries = needs_.rows.read_due(shard_id{shard}, never, due_piece);
      if (!entries) {
        spdlog::warn("deadlines of shard {} could not be read: {}", shard, entries.error().message);
      } else {
        const auto future = std::find_if(entries->begin(), entries->end(),
                                         [now](const auto& entry) { return entry.at > now; });
        std::for_each(entries->begin(), future,
                      [this](const auto& entry) { wake_stored(entry.device); });
        if (future == entries->begin()) {
          head = entries->empty() ? never : future->at;
        }
      }
    } catch (const std::exception& e) {
      spdlog::error("deadlines of shard {} could not be read: {}", shard, e.what());
    }
    const std::lock_guard guard(tables_[shard].lock);
    tables_[shard].reading_due = false;
    tables_[shard].due_head = std::min(tables_[shard].due_head, head);
  };
  if (!needs_.read(work)) {
    const std::lock_guard guard(tables_[shard].lock);
    tables_[shard].reading_due = false;
    tables_[shard].due_head = std::min(tables_[shard].due_head, later(now, due_retry));
  }
}

void registry::state::wake_stored(const device_id& device) {
  const milliseconds now = needs_.clock.now().steady;
  std::vector<resident*> retire;
  resident* slot = nullptr;
  {
    device_table& table = table_of(device);
    const std::lock_guard guard(table.lock);
    // A resident device has the deadline in memory.
    if (table.find(device) != nullptr || table.service != shard_service::served ||
        stopped_.load(std::memory_order_relaxed)) {
      return;
    }
    slot = &activate(table, device, now, retire);
    slot->work.fetch_add(1);
  }
  post(*slot, wake{});
  post_leave(retire);
}

} // namespace muster
