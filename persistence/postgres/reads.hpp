#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/shard_book.hpp"
#include "persistence/postgres/statements.hpp"
#include "persistence/store/store.hpp"

#include <string>
#include <vector>

namespace muster::persistence::postgres {

// The reads of the contract, each over one session. store.hpp says what they return.

/// How long done RPCs and audit entries are kept, and the time now.
struct retention {
  std::int64_t seconds = 0;
  timestamp now = 0;

  /// What is older than this is over.
  timestamp oldest() const noexcept;
};

/// One statement.
result<rows> ask(connection& session, std::string_view sql, const parameters& given = {});
/// What is queued, all of it over one snapshot of the database; the answers without the
/// transaction's begin and end.
result<std::vector<rows>> ask_snapshot(connection& session);
/// To be called before the statements of ask_snapshot are queued.
void begin_snapshot(connection& session);

template <class Row>
std::vector<Row> all_rows(const rows& from) {
  std::vector<Row> found;
  found.reserve(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    found.push_back(row_at<Row>(from, i));
  }
  return found;
}

template <class Row>
std::optional<Row> first_row(const rows& from) {
  return from.empty() ? std::nullopt : std::optional(row_at<Row>(from, 0));
}

/// "select <columns> from <table> ", to which a condition is added.
template <class Row>
std::string select_from() {
  return "select " + columns_of<Row>() + " from " + table<Row>::name + ' ';
}

/// A device and its shard's row as the node knows it.
struct owned_device {
  device_id device;
  shard_mark mark;
  /// Else whoever owns it.
  bool ours = true;
};
/// In their order; one is refused when its shard's row is not (any more) as the node knows it.
result<std::vector<result<std::optional<device_rows>>>>
read_devices(connection& session, std::span<const owned_device> devices);
result<std::optional<device_info>> read_device_info(connection& session, const device_id& device);
/// In their order.
result<std::vector<std::optional<token_owner>>> find_tokens(connection& session,
                                                            std::span<const std::string> tokens);
result<std::vector<due_entry>> read_due(connection& session, shard_id shard, timestamp until,
                                        std::size_t limit);
result<std::vector<bool>> are_active(connection& session, std::span<const device_id> devices);

result<void> scan_history(connection& session, const history_scan& range,
                          std::int64_t retention_seconds, timestamp now,
                          const std::function<scan_step(const append_history&)>& visit);

result<std::optional<std::pair<device_id, rpc_record>>>
read_rpc(connection& session, const rpc_id& id, const retention& kept);
result<page<rpc_record>> list_rpcs(connection& session, const device_id& device,
                                   const std::optional<rpc_status>& status, const page_link& link,
                                   const retention& kept);

result<page<device_info>> list_devices(connection& session, const device_list& which,
                                       const page_link& link);
result<std::vector<device_position>> next_devices(connection& session, const device_group& of,
                                                  const std::optional<device_position>& after,
                                                  std::size_t limit);
result<std::uint64_t> count_devices(connection& session, const device_group& of);

result<page<rule_event>> list_rule_events(connection& session, const rule_event_list& which,
                                          const page_link& link, const retention& kept);
result<std::vector<relation>> relations_from(connection& session, const entity_ref& entity);
result<std::vector<relation>> relations_to(connection& session, const entity_ref& entity);
result<std::optional<relation>> find_relation(connection& session, const entity_ref& from,
                                              const entity_ref& to, std::string_view type);
result<std::vector<attribute>>
read_entity_attributes(connection& session, const entity_ref& entity,
                       const std::optional<std::vector<std::string>>& keys);
result<std::optional<alarm>> read_alarm(connection& session, const alarm_id& id);
result<page<alarm>> list_alarms(connection& session, const alarm_list& which,
                                const page_link& link);
result<std::optional<alarm_severity>> highest_severity(connection& session,
                                                       const alarm_list& which);
result<page<std::string>> list_alarm_types(connection& session, const alarm_list& which,
                                           const page_link& link);
result<std::optional<alarm_comment>> read_alarm_comment(connection& session, const alarm_id& alarm,
                                                        const alarm_comment_id& id);
result<page<alarm_comment>> list_alarm_comments(connection& session, const alarm_id& alarm,
                                                const page_link& link);

result<page<audit_entry>> list_audit(connection& session, const audit_list& which,
                                     const page_link& link, const retention& kept);

} // namespace muster::persistence::postgres
