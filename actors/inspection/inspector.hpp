#pragma once

#include "actors/inspection/busy_devices.hpp"
#include "actors/inspection/edge_view.hpp"
#include "actors/inspection/flight_recorder.hpp"
#include "actors/inspection/rate_samples.hpp"
#include "actors/inspection/refusals.hpp"
#include "actors/inspection/shown_option.hpp"
#include "actors/model/command.hpp"
#include "actors/model/query.hpp"
#include "actors/model/reply.hpp"
#include "actors/registry/registry.hpp"
#include "actors/rules/rules_table.hpp"
#include "actors/service/cluster_status.hpp"
#include "actors/service/status.hpp"
#include "persistence/store/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace muster {

/// Answers what operators ask a running node (tools/inspect): gathers what its parts and its
/// devices' actors say of themselves. Thread-safe; no member blocks: what reads the store does so
/// on the reading threads.
class inspector {
public:
  struct dependencies {
    const clock_source& clock;
    persistence::store& rows;
    registry& devices;
    rules_table& rules;
    run_blocking read;
    /// To the owner of the device's shard.
    std::function<void(command, reply_handle)> send;
    std::function<service_status()> status;
    std::function<cluster_status()> cluster;
    /// Writes a backup to a new folder of that path; blocks. Returns how many packages it has, and
    /// how long it took.
    std::function<result<std::pair<std::uint64_t, milliseconds>>(const std::string& folder)> backup;
    flight_recorder& events;
    /// Empty: a single node.
    std::string node;
  };

  explicit inspector(dependencies needs);

  /// Answers with `inspected`, or an error: not_found for a question or a device that there is not,
  /// invalid for a bad parameter.
  void answer(inspect&& what, reply_handle to);

  /// The options that the node runs with; before anything is asked.
  void options(std::vector<shown_option> all) {
    options_ = std::move(all);
    open_ = true;
  }

  /// What tells of the HTTP edge; outlives this.
  void edge(const edge_view& shown) noexcept { edge_ = &shown; }

  refusals& refused() noexcept { return refused_; }

  /// Stops taking times when nobody looks on any more, and looks at counters; once in a while, by
  /// one thread.
  void tick();

private:
  using json = nlohmann::ordered_json;
  using with_device = std::function<void(const device_id&, reply_handle)>;

  /// False: there is no such question about the node.
  bool about_node(const inspect& what, reply_handle& to);
  /// The same about a device.
  bool about_device(const inspect& what, reply_handle& to);
  json status_report() const;
  json journal_report() const;
  json shards_report() const;
  json cluster_report() const;
  json config_report() const;
  edge_facts edge_now() const;
  result<json> actors_report(const inspect& what);
  result<json> chains_report(const inspect& what);
  /// Has times of actors and chains taken for a while.
  void want_times();
  void write_backup(std::string folder, reply_handle to);
  // waiting_questions.cpp
  struct waiting_question;
  void gather_rpcs(const inspect& what, reply_handle to);
  void gather_polls(const inspect& what, reply_handle to);
  /// Of the devices in memory of which `which` holds.
  void begin_waiting(waiting_question&& what, const inspect& asked, bool resident_facts::*which);
  void ask_waiting(const std::shared_ptr<waiting_question>& what);
  void ask_device(const device_id& device, reply_handle to);
  void ask_recorder(const inspect& what, reply_handle to);
  void ask_debug(const inspect& what, reply_handle to);
  void find(std::string meant, reply_handle to, with_device then);
  void ask_actor(const device_id& device, inspect_device what, reply_handle to);
  void why(const device_id& device, reply_handle to);
  json findings(const device_id& device, const json& report);

  /// Commands, commits and rows.
  using rates = rate_samples<3>;
  static rates::counts counters_of(const service_status& now) {
    return {now.commands, now.commits, now.committed_rows};
  }

  dependencies needs_;
  const milliseconds started_;
  std::vector<shown_option> options_;
  /// Null: the edge is not up yet.
  std::atomic<const edge_view*> edge_{nullptr};
  /// All of the node is there.
  std::atomic<bool> open_{false};
  refusals refused_;
  mutable std::mutex rates_lock_;
  rates rates_;
  std::mutex busy_lock_;
  busy_devices busy_;
  std::atomic<milliseconds> times_until_{0};
};

} // namespace muster
