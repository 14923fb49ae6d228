#pragma once

#include "actors/model/page.hpp"
#include "actors/model/query.hpp"
#include "persistence/store/health.hpp"
#include "persistence/store/lists.hpp"
#include "persistence/store/mutation.hpp"
#include "persistence/store/precondition.hpp"
#include "persistence/store/shard_epoch.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence {

/// One submission's share of a batch.
struct write {
  /// Absent: a change of the directory that belongs to no device.
  std::optional<device_id> device;
  shard_id shard{};
  shard_epoch epoch{};
  std::vector<mutation> mutations;
  std::vector<precondition> preconditions;
};

/// What became of one write of a batch.
struct write_outcome {
  enum class kind : std::uint8_t {
    durable,
    /// A precondition did not hold; nothing of this write was done.
    refused,
    /// The shard's epoch is not ours any more; nothing of this write was done.
    stale_epoch,
    /// The batch failed or its outcome is unknown; storage_unavailable.
    failed,
  };

  kind what = kind::durable;
  /// For refused: the precondition's error; for failed: what happened.
  error why;
};

/// Everything of one device that its actor needs, read in one scan at activation.
struct device_rows {
  device_info info;
  credentials access;
  put_counters counters;
  /// By scope: client, shared, server.
  std::array<std::vector<attribute_row>, 3> attributes;
  put_latest latest;
  /// History rows that the snapshot of latest values does not cover, by arrival.
  std::vector<append_history> journal;
  /// Open persistent RPCs by number.
  std::vector<rpc_record> rpcs;
  std::optional<timestamp> due_rpc;
  std::optional<timestamp> due_inactivity;
  /// By number.
  std::vector<outbox_row> outbox;
  std::optional<timestamp> due_outbox;
  /// Those that are not cleared, by id.
  std::vector<alarm> alarms;
  std::optional<timestamp> due_alarm_rules;
  /// False: there is no such device, only an outbox under its identifier with its deadline: of a
  /// tenant, or what a device has left that is deleted.
  bool exists = true;

  friend bool operator==(const device_rows&, const device_rows&) = default;
};

struct token_owner {
  device_id device;
  std::uint32_t credentials_version = 0;
  tenant_id tenant = {};
  profile_id profile = {};
  /// Only an access token may be shown as one: the ids of the others are no secrets.
  credentials_type type = credentials_type::access_token;

  friend bool operator==(const token_owner&, const token_owner&) = default;
};

struct due_entry {
  timestamp at = 0;
  device_id device;
  due_kind kind = due_kind::rpc;

  friend bool operator==(const due_entry&, const due_entry&) = default;
};

/// History rows of a device, newest or oldest first.
struct history_scan {
  device_id device;
  timestamp start = 0;
  timestamp end = 0;
  bool descending = true;
};

/// What a scan's visitor wants next.
enum class scan_step : std::uint8_t { go_on, stop };

/// A durable store of the domain's rows. `commit` is called by one thread at a time; reads by any
/// thread, at the same time as commits; all block on the disk, so no reactor or actor calls them.
/// Errors are storage_unavailable.
class store {
public:
  virtual ~store() = default;

  /// One atomic, durable write of all writes that are not refused; outcomes in the order of
  /// `batch`. When it returns, what is `durable` survives the loss of power. Never throws.
  virtual std::vector<write_outcome> commit(std::span<const write> batch) = 0;

  /// nullopt: no such device, and nothing in an outbox.
  virtual result<std::optional<device_rows>> read_device(const device_id& device) = 0;
  /// The same of a device that another node may own: as that one last left it. For looking only,
  /// since it may be of the past.
  virtual result<std::optional<device_rows>> view_device(const device_id& device) {
    return read_device(device);
  }
  virtual result<std::optional<device_info>> read_device_info(const device_id& device) = 0;
  /// By SHA-256 of the token, so that tokens are not laid open by the index.
  virtual result<std::optional<token_owner>> find_token(std::string_view token) = 0;
  virtual result<std::optional<device_id>> find_device_by_name(const tenant_id& tenant,
                                                               std::string_view name) = 0;
  /// Name search and sort by createdTime, name, type, label.
  virtual result<page<device_info>> list_devices(const device_list& which,
                                                 const page_link& link) = 0;
  /// The next devices of a group behind a position (absent: from the start), oldest first; at most
  /// `limit`, and fewer only at the end.
  virtual result<std::vector<device_position>>
  next_devices(const device_group& of, const std::optional<device_position>& after,
               std::size_t limit) = 0;
  virtual result<std::uint64_t> count_devices(const device_group& of) = 0;
  /// Of each, whether it is active: whether it has a deadline for its inactivity.
  virtual result<std::vector<bool>> are_active(std::span<const device_id> devices) = 0;
  /// Of the whole installation.
  virtual result<std::uint64_t> count_devices() = 0;

  /// Visits rows with start <= ts < end, expired ones left out (`now` is wall time), in order of
  /// (ts, arrival) or its reverse.
  virtual result<void>
  scan_history(const history_scan& range, timestamp now,
               const std::function<scan_step(const append_history&)>& visit) = 0;

  /// Persistent RPC with its device.
  virtual result<std::optional<std::pair<device_id, rpc_record>>> read_rpc(const rpc_id& id) = 0;
  /// A store on disk refuses (invalid) a page whose RPCs are too large together.
  virtual result<page<rpc_record>> list_rpcs(const device_id& device,
                                             const std::optional<rpc_status>& status,
                                             const page_link& link) = 0;

  virtual result<std::optional<alarm>> read_alarm(const alarm_id& id) = 0;
  virtual result<page<alarm>> list_alarms(const alarm_list& which, const page_link& link) = 0;
  /// nullopt: there are none.
  virtual result<std::optional<alarm_severity>> highest_severity(const alarm_list& which) = 0;
  /// The types of the alarms, each once; by name, whatever the link's property.
  virtual result<page<std::string>> list_alarm_types(const alarm_list& which,
                                                     const page_link& link) = 0;
  virtual result<std::optional<alarm_comment>> read_alarm_comment(const alarm_id& alarm,
                                                                  const alarm_comment_id& id) = 0;
  /// By createdTime; without a search.
  virtual result<page<alarm_comment>> list_alarm_comments(const alarm_id& alarm,
                                                          const page_link& link) = 0;

  /// Deadlines of a shard up to and including `until`, oldest first, at most `limit`.
  virtual result<std::vector<due_entry>> read_due(shard_id shard, timestamp until,
                                                  std::size_t limit) = 0;

  virtual result<std::optional<user>> read_user(const user_id& id) = 0;
  virtual result<std::optional<user>> find_user_by_email(std::string_view email) = 0;
  virtual result<std::optional<tenant>> read_tenant(const tenant_id& id) = 0;
  virtual result<std::optional<customer>> read_customer(const customer_id& id) = 0;
  virtual result<std::optional<device_profile>> read_profile(const profile_id& id) = 0;
  virtual result<std::optional<device_profile>> find_profile_by_name(const tenant_id& tenant,
                                                                     std::string_view name) = 0;
  virtual result<std::optional<device_profile>> find_default_profile(const tenant_id& tenant) = 0;
  virtual result<std::optional<device_profile>>
  find_profile_by_provision_key(std::string_view key) = 0;
  /// The title exactly.
  virtual result<std::optional<customer>> find_customer_by_title(const tenant_id& tenant,
                                                                 std::string_view title) = 0;
  virtual result<std::optional<user>> find_user_by_activation(std::string_view token) = 0;
  virtual result<std::optional<package_info>> read_package(const package_id& id) = 0;
  virtual result<std::optional<rule_chain>> read_rule_chain(const rule_chain_id& id) = 0;
  virtual result<std::optional<rule_chain>> find_root_rule_chain(const tenant_id& tenant) = 0;
  /// Of both directions in the order of the other end's kind and id, then of the type.
  virtual result<std::vector<relation>> relations_from(const entity_ref& entity) = 0;
  virtual result<std::vector<relation>> relations_to(const entity_ref& entity) = 0;
  virtual result<std::optional<relation>>
  find_relation(const entity_ref& from, const entity_ref& to, std::string_view type) = 0;
  /// Of the server scope of a customer or tenant, in the order of their keys: those of the given
  /// keys that there are; absent: all.
  virtual result<std::vector<attribute>>
  read_entity_attributes(const entity_ref& entity,
                         const std::optional<std::vector<std::string>>& keys) = 0;
  /// Whether any package has this content.
  virtual result<bool> is_content_used(const content_digest& content) = 0;

  // Pages of the directory's entities; lists.hpp says what each can be sorted by. An unknown
  // property: error invalid.
  virtual result<page<device_profile>> list_profiles(const profile_list& which,
                                                     const page_link& link) = 0;
  virtual result<page<tenant>> list_tenants(const page_link& link) = 0;
  virtual result<page<customer>> list_customers(const tenant_id& tenant, const page_link& link) = 0;
  virtual result<page<user>> list_users(const user_list& which, const page_link& link) = 0;
  virtual result<page<package_info>> list_packages(const package_list& which,
                                                   const page_link& link) = 0;
  virtual result<page<rule_chain>> list_rule_chains(const tenant_id& tenant,
                                                    const page_link& link) = 0;
  /// Those past `audit.retention` left out.
  virtual result<page<audit_entry>> list_audit(const audit_list& which, const page_link& link) = 0;
  /// Those past `rules.event_retention` left out.
  virtual result<page<rule_event>> list_rule_events(const rule_event_list& which,
                                                    const page_link& link) = 0;
  /// All jobs there are, oldest first.
  virtual result<std::vector<job>> read_jobs() = 0;
  virtual result<std::vector<put_revocation>> read_revocations() = 0;
  virtual result<std::optional<std::string>> read_setting(std::string_view name) = 0;

  /// Writes all rows as they are at one moment to a new folder, from which they can be opened
  /// again; commits go on meanwhile. Error: invalid where the store is not this node's alone.
  virtual result<void> write_backup(const std::string& folder) {
    static_cast<void>(folder);
    return fail(error_code::invalid, "the database is backed up by its own means");
  }

  /// For health and metrics; reads no disk.
  virtual store_health health() const = 0;
};

} // namespace muster::persistence
