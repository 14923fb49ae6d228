#pragma once

#include "actors/model/shard.hpp"
#include "actors/registry/actor_runtime.hpp"
#include "actors/registry/device_table.hpp"
#include "actors/registry/gathered_reads.hpp"
#include "actors/registry/registry.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace muster {

/// The registry behind its interface.
class registry::state final : public device_host {
public:
  state(const service_options& options, dependencies needs);
  ~state() override;

  // registry.cpp: what comes from outside.
  void send(command&& what, reply_handle&& to);
  void report(const poll_report& what);
  void committed(std::span<const persistence::commit_report> batch) noexcept;
  void begin_shutdown() noexcept { closing_ = true; }
  void stop();
  void fill(service_status& status) const;
  std::uint64_t fenced_commits() const noexcept { return fenced_.load(); }

  // listing.cpp
  std::vector<resident_facts> residents() const;
  std::vector<shard_facts> shards() const;
  void measure_devices(std::span<const device_id> which);

  // deadlines.cpp
  void tick();

  // ownership.cpp
  void open_shard(shard_id shard, persistence::shard_epoch epoch);
  void drain_shard(shard_id shard, std::function<void()> drained);
  void close_shard(shard_id shard);

  // device_host, called by actors.
  const clock_source& clock() const noexcept override { return needs_.clock; }
  const device_settings& settings() const noexcept override { return settings_; }
  persistence::store& rows() noexcept override { return needs_.rows; }
  rules_table* rules() noexcept override { return needs_.rules; }
  device_counts& counts() noexcept override { return counts_; }
  flight_recorder& recorder() noexcept override { return *recorder_; }
  std::uint64_t next_activation() noexcept override { return ++activation_; }
  bool submit(persistence::submission&& what) override { return needs_.submit(std::move(what)); }
  bool read(std::function<void()> work) override { return needs_.read(std::move(work)); }
  bool load(device_slot& slot, std::uint64_t activation) override;
  /// carrying.cpp
  bool carry(const device_id& device, std::uint64_t activation, outbox_task&& what) override;
  void post(device_slot& to, envelope_ptr what) override;
  void post_read(device_slot& to, envelope_ptr what) override;
  void answer(device_slot& from, std::vector<completion>&& replies) override;
  bool owns_now() override { return !needs_.owns_now || needs_.owns_now(); }
  void give_back(command&& what, reply_handle&& to) override;
  void arm(device_slot& slot, milliseconds at) override;
  std::unique_ptr<device_slot> remove(device_slot& slot, std::optional<timestamp> due) override;
  void credentials_changed(const device_id& device, const std::string& id) override {
    needs_.credentials_changed(device, id);
  }

private:
  device_table& table_of(shard_id shard) noexcept {
    return tables_[static_cast<std::size_t>(shard)];
  }
  device_table& table_of(const device_id& device) noexcept { return table_of(shard_of(device)); }

  void post(device_slot& to, envelope&& what) {
    post(to, std::make_shared<envelope>(std::move(what)));
  }

  // With the table's lock held; `retire` gets slots that are to leave.

  /// A slot, without work, for a device that has none.
  resident& activate(device_table& table, const device_id& device, milliseconds now,
                     std::vector<resident*>& retire);
  resident& spawn(device_table& table, const device_id& device, milliseconds now);
  /// One of the least recently used slots, taken from its device; null: none is free at once.
  resident* recycle(device_table& table, const device_id& device, milliseconds now,
                    std::vector<resident*>& retire);
  // loading.cpp; the lock is not held.
  struct load_question {
    device_slot* slot = nullptr;
    std::uint64_t activation = 0;
  };
  void begin_load(resident& slot, std::uint64_t activation);
  void refuse_load(const load_question& what);
  void read_rows(const std::vector<load_question>& questions) noexcept;
  void post_leave(const std::vector<resident*>& retire);

  /// Of a shard, in the recorder.
  void note(recorded what, shard_id shard, persistence::shard_epoch epoch) noexcept {
    recorder_->note(what, shard, static_cast<std::uint64_t>(epoch), needs_.clock.now().wall);
  }

  // ownership.cpp
  void lose_shard(const resident& stale);
  /// With the lock held: takes all slots out of the table, to be told to depart.
  std::vector<resident*> clear(device_table& table);
  void hold(device_table& table, std::vector<completion>&& replies);
  void settle_held(device_table& table, milliseconds now);
  void hurry_leaving(device_table& table);

  // deadlines.cpp
  void fire_deadlines(device_table& table, milliseconds now, bool clock_jumped,
                      std::vector<resident*>& due);
  void pick_idle(device_table& table, milliseconds now, std::vector<resident*>& retire);
  void read_due(std::uint16_t shard, timestamp now);
  void wake_stored(const device_id& device);

  device_settings settings_;
  std::size_t max_resident_;
  dependencies needs_;
  /// Absent: devices are read one by one.
  std::optional<gathered_reads<load_question>> loads_;
  std::array<device_table, shard_count> tables_;
  std::atomic<std::size_t> resident_count_{0};
  std::atomic<std::uint64_t> activation_{0};
  std::atomic<std::uint64_t> fenced_{0};
  std::atomic<bool> closing_{false};
  std::atomic<bool> stopped_{false};
  /// wall - steady at the last tick.
  std::optional<milliseconds> clock_offset_;
  device_counts counts_;
  /// Where nobody else keeps one.
  std::unique_ptr<flight_recorder> own_recorder_;
  flight_recorder* recorder_;
  /// Batches of changes that were committed; of the committer's thread.
  std::uint64_t commits_ = 0;
  std::optional<actor_runtime> own_runtime_;
  caf::actor_system* system_;
};

} // namespace muster
