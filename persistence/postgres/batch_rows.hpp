#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/directory_rows.hpp"
#include "persistence/postgres/statements.hpp"
#include "persistence/store/store.hpp"

#include <map>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace muster::persistence::postgres {

/// Turns the mutations of a batch into few statements, each of which writes many rows of one table.
/// Mutations whose order matters (a device that is erased after it was changed, a name that one
/// gives up and another takes) are put into statements one behind the other; of several puts of one
/// row only the last is written. Used for one batch; the mutations outlive it.
class batch_rows {
public:
  /// `now`: when RPCs end that are done.
  batch_rows(connection& to, timestamp now) : to_(to), now_(now), directory_(to) {}

  void add(const write& what);
  /// Queues what is left.
  void finish();

private:
  friend class mutation_writer;
  using history_key = std::tuple<device_id, timestamp, std::uint64_t>;

  /// The device's rows are about to be changed.
  void touch(const device_id& device);
  void erase(const erase_device& row);
  void queue_erasures();
  void queue_rewrites();
  void queue_dues();
  void queue_rpcs();
  void queue_alarms();
  void queue_states();
  void queue_outbox();

  connection& to_;
  timestamp now_;
  directory_rows directory_;

  std::unordered_set<device_id> touched_;
  std::unordered_set<device_id> erased_;
  row_batch<stored_history> history_;
  std::map<history_key, const rewrite_history*> rewrites_;
  std::map<device_id, const put_latest*> latest_;
  std::map<std::pair<device_id, attribute_scope>, const put_attributes*> attributes_;
  std::map<device_id, const put_counters*> counters_;
  /// nullptr or nullopt: erased.
  std::map<rpc_id, std::pair<device_id, const put_rpc*>> rpcs_;
  std::map<std::pair<device_id, due_kind>, std::optional<timestamp>> dues_;
  std::map<std::pair<device_id, std::uint64_t>, const put_outbox*> outbox_;
  /// nullptr: erased, with its comments before those that follow are put.
  std::map<alarm_id, const alarm*> alarms_;
  std::map<alarm_comment_id, std::pair<device_id, const alarm_comment*>> comments_;
};

} // namespace muster::persistence::postgres
