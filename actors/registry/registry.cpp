#include "actors/registry/registry.hpp"

#include "actors/device/device_shell.hpp"
#include "actors/device/told_order.hpp"
#include "actors/registry/registry_state.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// Commands of one device that may wait.
constexpr std::uint32_t mailbox_bound = 1'024;
/// Slots looked at for one that may leave, at each activation beyond the bound.
constexpr int looks_for_leaving = 4;

device_settings make_settings(const service_options& options) {
  device_settings settings;
  settings.redelivery_after = options.rpc_redelivery_after;
  settings.client_timeout = options.rpc_client_timeout;
  settings.history_expires = options.data_retention > 0;
  settings.claim_by_default = options.claim_allow_by_default;
  settings.claim_duration = options.claim_duration;
  return settings;
}

constexpr std::uint64_t kind_bits = 7;
static_assert(alignof(device_slot) > kind_bits);

} // namespace

registry::state::state(const service_options& options, dependencies needs)
    : settings_(make_settings(options)), max_resident_(options.max_resident),
      needs_(std::move(needs)),
      own_recorder_(needs_.recorder == nullptr ? std::make_unique<flight_recorder>() : nullptr),
      recorder_(needs_.recorder != nullptr ? needs_.recorder : own_recorder_.get()),
      system_(needs_.system) {
  if (system_ == nullptr) {
    own_runtime_.emplace(options.actor_threads);
    system_ = &own_runtime_->system();
  }
  if (needs_.read_devices) {
    loads_.emplace(
        needs_.read, gathered_reads<load_question>::limits{},
        [this](const std::vector<load_question>& questions) { read_rows(questions); },
        [this](const load_question& what) { refuse_load(what); });
  }
  if (needs_.owns_all) {
    for (auto& table : tables_) {
      table.service = shard_service::served;
      table.epoch = persistence::first_epoch;
    }
  }
}

registry::state::~state() {
  stop();
  // The handles go before the system that their actors lived in.
  for (auto& table : tables_) {
    table.residents.clear();
    table.closing.clear();
  }
}

resident& registry::state::activate(device_table& table, const device_id& device, milliseconds now,
                                    std::vector<resident*>& retire) {
  ++table.activations;
  if (resident_count_.load(std::memory_order_relaxed) >= max_resident_) {
    if (resident* free = recycle(table, device, now, retire)) {
      return *free;
    }
  }
  return spawn(table, device, now);
}

resident& registry::state::spawn(device_table& table, const device_id& device, milliseconds now) {
  auto made = std::make_unique<resident>();
  made->device = device;
  made->shard = shard_of(device);
  made->touched = now;
  made->epoch = table.epoch;
  made->place = table.by_use.insert(table.by_use.end(), made.get());
  made->actor = spawn_device(*system_, *this, *made);
  resident& slot = *made;
  table.residents.emplace(device, std::move(made));
  resident_count_.fetch_add(1, std::memory_order_relaxed);
  return slot;
}

resident* registry::state::recycle(device_table& table, const device_id& device, milliseconds now,
                                   std::vector<resident*>& retire) {
  for (int look = 0; look < looks_for_leaving && !table.by_use.empty(); ++look) {
    resident& oldest = *table.by_use.front();
    // Also one that stays is looked at again only after all others.
    table.touch(oldest, now);
    if (oldest.pinned.load(std::memory_order_relaxed) || oldest.work != 0) {
      continue;
    }
    std::optional<timestamp> due;
    if (!oldest.shell->vanish(due)) {
      oldest.work.fetch_add(1);
      retire.push_back(&oldest);
      return nullptr;
    }
    table.left(due);
    auto entry = table.residents.extract(oldest.device);
    entry.key() = device;
    oldest.device = device;
    oldest.armed.store(never);
    oldest.bytes.store(0, std::memory_order_relaxed);
    table.residents.insert(std::move(entry));
    return &oldest;
  }
  return nullptr;
}

void registry::state::post_leave(const std::vector<resident*>& retire) {
  for (resident* slot : retire) {
    post(*slot, leave{});
  }
}

void registry::state::send(command&& what, reply_handle&& to) {
  if (closing_.load(std::memory_order_relaxed)) {
    to.answer(error{error_code::shutting_down, {}});
    return;
  }
  const milliseconds now = needs_.clock.now().steady;
  std::vector<resident*> retire;
  resident* slot = nullptr;
  std::uint64_t activation = 0;
  bool served = false;
  {
    device_table& table = table_of(what.device);
    const std::lock_guard guard(table.lock);
    ++table.commands;
    served = table.service == shard_service::served;
    if (served && !stopped_.load(std::memory_order_relaxed)) {
      slot = table.find(what.device);
      if (slot == nullptr) {
        slot = &activate(table, what.device, now, retire);
        slot->commands = 1;
        slot->busy.store(0, std::memory_order_relaxed);
        slot->queued.fetch_add(1);
        activation = slot->shell->begin(
            std::make_shared<envelope>(incoming{std::move(what), std::move(to)}));
      } else if (slot->queued.load() < mailbox_bound) {
        table.touch(*slot, now);
        ++slot->commands;
        slot->queued.fetch_add(1);
        slot->work.fetch_add(1);
      } else {
        slot = nullptr;
      }
    }
  }
  if (activation != 0) {
    begin_load(*slot, activation);
  } else if (slot != nullptr) {
    post(*slot, incoming{std::move(what), std::move(to)});
  } else if (!served) {
    give_back(std::move(what), std::move(to));
  } else {
    counts_.overloads.fetch_add(1, std::memory_order_relaxed);
    recorder_->note(recorded::refused, shard_of(what.device), what.device, needs_.clock.now().wall,
                    error_code::overloaded);
    to.answer(error{error_code::overloaded, {}});
  }
  post_leave(retire);
}

void registry::state::report(const poll_report& what) {
  resident* slot = nullptr;
  {
    device_table& table = table_of(what.device);
    const std::lock_guard guard(table.lock);
    // A device that is not resident has no poll: it cannot leave with one.
    slot = table.find(what.device);
    if (slot == nullptr) {
      return;
    }
    slot->work.fetch_add(1);
  }
  post(*slot, poll_report(what));
}

void registry::state::post(device_slot& to, envelope_ptr what) {
  post_envelope(static_cast<resident&>(to).actor, std::move(what));
}

void registry::state::post_read(device_slot& to, envelope_ptr what) {
  if (own_runtime_) {
    post_and_run(*system_, static_cast<resident&>(to).actor, std::move(what));
  } else {
    // Tests say which actor's turn it is.
    post(to, std::move(what));
  }
}

void registry::state::committed(std::span<const persistence::commit_report> batch) noexcept {
  using persistence::write_outcome;
  const timestamp now = needs_.clock.now().wall;
  bool failed = false;
  for (const auto& report : batch) {
    auto* slot = reinterpret_cast<resident*>(report.ticket & ~kind_bits);
    // Tickets without an activation are the directory's.
    if (slot == nullptr || report.activation == 0) {
      continue;
    }
    const auto kind = static_cast<ticket_kind>(report.ticket & kind_bits);
    const bool refused = report.outcome.what == write_outcome::kind::refused;
    const bool settles = refused || report.outcome.what == write_outcome::kind::durable;
    if (!settles) {
      failed = true;
      recorder_->note(recorded::commit_failed, slot->shard, slot->device, now,
                      report.outcome.what == write_outcome::kind::stale_epoch
                          ? error_code::wrong_owner
                          : error_code::storage_unavailable);
      slot->poisoned.store(true);
    }
    if (report.outcome.what == write_outcome::kind::stale_epoch) {
      fenced_.fetch_add(1, std::memory_order_relaxed);
      lose_shard(*slot);
    }
    const bool last = slot->outstanding.fetch_sub(1) == 1;
    if (last && slot->poisoned.load()) {
      slot->work.fetch_add(1);
      post(*slot, reload{});
    }
    // The last touch of the slot in either case: with its count gone it may leave at once.
    if (settles && kind != ticket_kind::plain) {
      post(*slot, settled{kind, refused, report.activation, report.outcome.why});
    } else {
      slot->work.fetch_sub(1);
    }
  }
  recorder_->commit(++commits_, batch.size(), failed, now);
}

std::unique_ptr<device_slot> registry::state::remove(device_slot& slot,
                                                     std::optional<timestamp> due) {
  device_table& table = table_of(slot.device);
  std::unique_ptr<resident> gone;
  std::function<void()> drained;
  {
    const std::lock_guard guard(table.lock);
    gone = slot.work.load() == 1 ? table.extract(slot) : nullptr;
    if (!gone) {
      return nullptr;
    }
    table.left(due);
    drained = table.take_drained();
  }
  resident_count_.fetch_sub(1, std::memory_order_relaxed);
  // The actor owns the slot now, so the slot must not keep the actor.
  gone->actor = device_actor();
  if (drained) {
    drained();
  }
  return gone;
}

void registry::state::stop() {
  closing_ = true;
  if (stopped_.exchange(true)) {
    return;
  }
  for (auto& table : tables_) {
    const std::lock_guard guard(table.lock);
    for (auto& [id, slot] : table.residents) {
      slot->work.fetch_add(1);
      post(*slot, muster::stop{});
    }
    for (auto& slot : table.closing) {
      slot->work.fetch_add(1);
      post(*slot, muster::stop{});
    }
    // Whoever waits is answered by the end of his handle.
    table.held.clear();
  }
  if (own_runtime_) {
    system_->await_all_actors_done();
    acquire_from(system_);
  }
}

void registry::state::fill(service_status& status) const {
  for (const auto& table : tables_) {
    const std::lock_guard guard(table.lock);
    status.active_devices += table.residents.size();
    status.activations += table.activations;
    status.passivations += table.passivations;
    status.commands += table.commands;
  }
  const auto read = [](const std::atomic<std::int64_t>& count) {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, count.load()));
  };
  status.loading_devices = read(counts_.loading);
  status.quarantined_devices = read(counts_.quarantined);
  status.parked_polls = read(counts_.polls);
  status.rpcs_queued = read(counts_.rpcs_queued);
  status.rpcs_delivered = read(counts_.rpcs_delivered);
  status.overloads = counts_.overloads.load();
  status.exceptions = counts_.exceptions.load();
}

registry::registry(const service_options& options, dependencies needs)
    : state_(std::make_unique<state>(options, std::move(needs))) {}

registry::~registry() = default;

void registry::send(command what, reply_handle to) {
  state_->send(std::move(what), std::move(to));
}

void registry::report(const poll_report& what) {
  state_->report(what);
}

void registry::tick() {
  state_->tick();
}

void registry::open_shard(shard_id shard, persistence::shard_epoch epoch) {
  state_->open_shard(shard, epoch);
}

void registry::drain_shard(shard_id shard, std::function<void()> drained) {
  state_->drain_shard(shard, std::move(drained));
}

void registry::close_shard(shard_id shard) {
  state_->close_shard(shard);
}

void registry::committed(std::span<const persistence::commit_report> batch) noexcept {
  state_->committed(batch);
}

void registry::begin_shutdown() {
  state_->begin_shutdown();
}

void registry::stop() {
  state_->stop();
}

std::uint64_t registry::fenced_commits() const noexcept {
  return state_->fenced_commits();
}

void registry::fill(service_status& status) const {
  state_->fill(status);
}

} // namespace muster
