#pragma once

#include "actors/device/active_alarms.hpp"
#include "actors/device/attribute_cursor.hpp"
#include "actors/device/attribute_group.hpp"
#include "actors/device/claim_state.hpp"
#include "actors/device/device_activity.hpp"
#include "actors/device/effects.hpp"
#include "actors/device/history_deletion.hpp"
#include "actors/device/latest_values.hpp"
#include "actors/device/outbox.hpp"
#include "actors/device/rpc_mailbox.hpp"
#include "actors/device/settings.hpp"
#include "actors/model/audit.hpp"
#include "actors/rules/alarms/follow_alarms.hpp"
#include "actors/rules/rules_entry.hpp"
#include "persistence/store/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

class message_data;
class owner_attributes;
struct rule_message;
struct told_event;

/// A poll that waits. Not part of what is stored.
struct parked_poll {
  poll_id poll{};
  milliseconds deadline = 0;
  reply_handle to;
  /// Steady time at which it came.
  milliseconds since = 0;
  /// The address of its client.
  std::string client = {};
};

struct parked_polls {
  std::vector<parked_poll> rpc;
  std::vector<parked_poll> attributes;
};

/// All that one device is and does, without actor, thread, clock or disk: a command, a report or a
/// tick changes the state and says what follows (`effects`). Owned by the device's actor, used by
/// one thread at a time. Life: made from the store's rows at activation, or empty for a device that
/// is not there; dropped when a commit fails and made anew from what is durable.
///
/// The state runs ahead of the store, with one exception: what may be refused by a precondition,
/// and what ends or replaces the device or its credentials, is exclusive. It changes nothing before
/// `confirmed`, and nothing else may be applied between.
class device_state {
public:
  /// A device that does not exist.
  device_state(const device_settings& settings, const device_id& device);
  /// `rules`: of the device's profile; outlive the state; null: there are none.
  device_state(const device_settings& settings, persistence::device_rows&& rows, instant now,
               const rules_entry* rules = nullptr);

  /// `to` is taken when the command is answered or parked; an exception may leave it.
  void apply(command&& what, reply_handle& to, instant now, effects& out);
  void report(const poll_report& what, instant now, effects& out);
  /// To be called when `next_deadline` has come; any other time does no harm.
  void tick(instant now, effects& out);

  /// The exclusive change is durable.
  void confirmed(instant now, effects& out);
  /// The exclusive change was refused: as if it had never been asked for.
  void refused(const error& why, effects& out);
  /// Identifier of the credentials that the exclusive change ends or replaces, or whose device it
  /// moves to another profile; empty: none.
  std::string ending_credentials() const;

  /// What alarm rules ask of customers and the tenant and nobody has read since it was changed; to
  /// be read before the next command is applied, or the exclusive change confirmed.
  struct unread_owners {
    owner_attributes* from = nullptr;
    tenant_id tenant;
    std::vector<entity_ref> which;
  };
  unread_owners owners_to_read() const;

  /// The piece of history asked for by `effects::read`.
  void history(history_chunk&& chunk, instant now, effects& out);

  /// What `effects::carry` asked for has ended.
  void worked(std::uint64_t number, work_outcome&& outcome, instant now, effects& out);
  /// It could not be begun.
  void not_begun(std::uint64_t number, instant now) {
    if (outbox_) {
      outbox_->postpone(number, now);
    }
  }

  bool exists() const noexcept { return exists_; }
  /// There is a device, or something else whose outbox is here (`without_device`).
  bool present() const noexcept { return exists_ || of_tenant_ || outbox_ != nullptr; }
  /// Of an existing device.
  const device_info& info() const noexcept { return info_; }
  /// The device is of another profile now. Null as in the constructor.
  void set_rules(const rules_entry* rules) noexcept { rules_ = rules; }
  /// Nothing lives in memory only.
  bool can_leave() const noexcept;
  /// What would be lost if the device left now. It may stay all the same.
  void save(effects& out);
  /// Whether `save` would store something.
  bool unsaved() const noexcept;

  /// Steady time of the next wanted tick; `never` for none.
  milliseconds next_deadline(instant now) const noexcept;
  /// Wall time at which the store wants this device awake.
  std::optional<timestamp> next_due() const noexcept;

  /// For a state that is dropped: its polls, and everybody else who waits answered `why`.
  parked_polls release(error why, std::vector<completion>& replies);
  /// The device moves to another node: polls and callers of RPCs are answered wrong_owner, so that
  /// they ask there again, what lives in memory only becomes rows, and `back` gets commands for the
  /// next owner. False: the report of an answer under way is waited for, if `may_wait`; to be
  /// called again.
  bool hand_over(bool may_wait, instant now, effects& out,
                 std::vector<std::pair<command, reply_handle>>& back);
  /// The polls of the state before this one go on waiting.
  void adopt(parked_polls&& polls, instant now, effects& out);

  std::size_t polls() const noexcept { return rpc_polls_.size() + attribute_polls_.size(); }
  const rpc_mailbox& mailbox() const noexcept { return mailbox_; }
  const attribute_cursor& cursor() const noexcept { return cursor_; }
  const latest_values& latest() const noexcept { return latest_; }

  /// All there is, for people: values, RPCs, polls, deadlines. Credentials are not told.
  nlohmann::ordered_json describe(instant now) const;
  /// Its name, and the RPCs and polls of that.
  nlohmann::ordered_json describe_waiting(instant now) const;
  /// About how much memory it takes: its values, RPCs, alarms, polls, and what chains left to be
  /// done. Looks at all of them.
  std::size_t bytes() const noexcept;

private:
  struct parked_call {
    milliseconds deadline = 0;
    reply_handle to;
    /// By which the rule chain knows it.
    std::uint64_t number = 0;
  };
  /// What becomes of the device and its credentials; of neither: they are deleted. The rest comes
  /// along when it is there.
  struct pending_change {
    std::optional<device_info> info;
    std::optional<credentials> access;
    std::optional<attribute_group> shared;
    std::optional<attribute_group> server;
    std::optional<latest_values> latest;
    bool ends_offer = false;
    /// What the rule chain is told once the change is durable; null: nothing.
    std::shared_ptr<std::vector<rule_message>> tells;
    /// Whoever is answered with what becomes of that.
    std::vector<completion> held;
    /// What a device that is deleted leaves.
    std::optional<persistence::device_rows> left;

    bool deletes() const noexcept { return !info && !access; }
  };

  /// What a handler is given beside its command.
  struct context {
    reply_handle& to;
    instant now;
    effects& out;
    bool from_device = false;
    /// The application's user; null: the device or the server itself.
    const caller* who = nullptr;

    void answer(reply what) { out.answer(std::move(to), std::move(what)); }
  };

  // device_state.cpp
  std::optional<error> check(const command& what) const;
  std::optional<error> check(const caller& who, const command_body& what) const;
  void follow_rules(instant now, effects& out);
  void flush_activity(instant now, effects& out);
  bool snapshot_unsaved() const noexcept;

  // telemetry.cpp
  void on(save_telemetry& what, context& with);
  struct saved_entries {
    /// A history row tells when the device spoke.
    bool told = false;
    /// The latest values are to be written, too.
    bool snapshot = false;
  };
  saved_entries save_entries(std::vector<telemetry_entry>&& entries, std::int64_t ttl_seconds,
                             timestamp given, bool from_device, instant now, effects& out);
  void on(read_latest& what, context& with);
  void on(delete_telemetry& what, context& with);
  void put_snapshot(effects& out);
  std::int64_t default_ttl() const;
  void audit_telemetry(const save_telemetry& what, context& with) const;
  void start_deletion(effects& out);

  // attributes.cpp
  void on(save_attributes& what, context& with);
  void on(delete_attributes& what, context& with);
  void on(read_device_attributes& what, context& with);
  void on(read_attributes& what, context& with);
  void on(poll_attributes& what, context& with);
  void set_attributes(attribute_scope scope, std::vector<key_value>&& values, bool only_on_change,
                      bool tell_polls, instant now, effects& out);
  void erase_attributes(attribute_scope scope, const std::vector<std::string>& keys, instant now,
                        effects& out);
  void attributes_changed(attribute_scope scope, instant now, effects& out);
  void serve_attribute_polls(effects& out);
  persistence::put_counters counters(bool with_offer) const;
  void put_counters(effects& out);
  const value* server_value(std::string_view key) const noexcept;
  std::vector<attribute> shown_attributes(attribute_scope scope) const;

  // rpc.cpp
  void on(poll_rpc& what, context& with);
  void on(answer_rpc& what, context& with);
  void on(call_rules& what, context& with);
  void on(send_rpc& what, context& with);
  void on(delete_rpc& what, context& with);
  void end_rpc(pending_rpc&& rpc, reply how, instant now, effects& out);
  void end_persistent(rpc_record&& record, instant now, effects& out);
  std::optional<reply> begin_rpc(rpc_request&& request, reply_handle& caller, instant now,
                                 effects& out);
  bool rejoin(const send_rpc& what, context& with);
  void serve_rpc_poll(instant now, effects& out);
  void rpc_written(instant now, effects& out);
  void expire_rpcs(instant now, effects& out);
  void put_rpc_due(instant now, effects& out);
  rpc_number next_number(effects& out);

  // chains.cpp: what passes the rule chain.
  class chain_device;
  /// Null: messages of that kind do what they do without a chain.
  std::shared_ptr<const device_rules> chain_for(bool chain_shortcuts::*kind) const;
  void pass_telemetry(save_telemetry&& what, const device_rules& rules, context& with);
  void pass_attributes(save_attributes&& what, const device_rules& rules, context& with);
  /// Of the newest of `calls_`.
  void pass_call(const call_rules& what, const device_rules& rules, context& with);
  void pass_rpc(send_rpc&& what, const device_rules& rules, context& with);
  /// A message about what has happened, once the chain that runs is through; nothing when the chain
  /// does nothing with such.
  void tell(std::string_view type, message_data data,
            std::initializer_list<std::pair<const std::string, std::string>> metadata, instant now,
            effects& out);
  void tell(told_event&& what, instant now, effects& out);
  rule_message message_of(std::string_view type, message_data data, instant now) const;

  // chain_events.cpp: what the chain is told of what has happened.
  bool events_told() const;
  void tell_saved(attribute_scope scope, std::string body, context& with);
  void tell_deleted(const delete_attributes& what, context& with);
  void tell_activity(bool active, instant now, effects& out);
  /// Of a persistent one: the state it has come to.
  void tell_rpc(const rpc_record& rpc, instant now, effects& out);
  void tell_provisioning(std::string_view type, context& with);
  void tell_rpc_deleted(const rpc_record& rpc, context& with);
  /// What becomes of the device by the change, for when that is durable.
  void tell_change(pending_change& change, const context& with) const;
  static std::string told_entries(const std::vector<telemetry_entry>& entries, timestamp given);
  void tell_history_deleted(const delete_telemetry& what, context& with);

  // chain_outbox.cpp: what chains leave to be done.
  void restore_outbox(persistence::device_rows& rows);
  outbox& open_outbox();
  result<void> leave_work(left_work&& what, instant now, effects& out);
  result<void> send_of_chain(rpc_request&& request, chain_place&& resumes, instant now,
                             effects& out);
  bool end_rpc_of_chain(const pending_rpc& rpc, reply& how, instant now, effects& out);
  void on(take_rule_message& what, context& with);
  void resume_work(left_work&& what, work_outcome&& outcome, instant now, effects& out);
  void tick_outbox(instant now, effects& out);
  /// Chains may have come that make messages of the device by themselves.
  void tend_sources(instant now, effects& out);

  // alarm_commands.cpp
  class alarm_work;
  void on(save_alarm& what, context& with);
  void on(change_alarm& what, context& with);
  void on(comment_alarm& what, context& with);

  // alarms.cpp: those that are not cleared are in memory.
  /// For chains and alarm rules: as `alarm_demand` says. A later message of the same command finds
  /// it so. Error: overloaded, when there are too many active ones.
  result<alarm_outcome> raise_alarm(const alarm_demand& demand, instant now, effects& out);
  /// The active alarm of the type is no more. Absent details: they stay. Nothing: there is none.
  std::optional<alarm> clear_alarm(std::string_view type, const std::optional<json_text>& details,
                                   instant now, effects& out);
  /// What a new alarm is, and where the alarm is shown.
  void complete(changed_alarm& change, instant now) const;
  std::vector<uuid> lists_of(const alarm& one, const std::vector<uuid>& related) const;
  /// The related entities that show it.
  std::vector<uuid> related_of(const alarm& one) const;
  /// Has the related entities looked for that are to show it, when that is new.
  void spread_alarm(const changed_alarm& change, instant now, effects& out);
  void keep_alarm(const changed_alarm& change, effects& out);
  void forget_alarm(const alarm_id& id, effects& out);
  /// The active alarms as they are when the device has that customer.
  std::vector<alarm> alarms_of_customer(const std::optional<customer_id>& customer) const;
  rule_message message_of(std::string_view type, const alarm& one, const caller* who,
                          instant now) const;

  // alarm_rules.cpp
  class alarm_view;
  /// How far alarm rules are, and when they want to be told the time.
  struct alarm_watch {
    rules_progress progress;
    std::optional<timestamp> due;
  };
  /// Alarm rules that hold, and what holds beside them; null: none do.
  struct held_alarm_rules {
    std::shared_ptr<const device_rules> rules;
    std::shared_ptr<const alarm_programs> programs;

    explicit operator bool() const noexcept { return programs != nullptr; }
  };
  held_alarm_rules alarm_rules();
  /// In the commit of what is new.
  void follow_alarm_rules(const alarm_programs& programs, const device_rules& rules,
                          const alarm_update& update, instant now, effects& out);
  static std::vector<std::string> keys_of(const std::vector<key_value>& values);
  /// What a device sends late and in any order becomes its course again.
  static void put_in_order(std::vector<telemetry_entry>& entries, timestamp given);
  void follow_telemetry(timestamp ts, std::vector<std::string_view> keys, instant now,
                        effects& out);
  void follow_attributes(attribute_scope scope, std::vector<std::string_view> keys, instant now,
                         effects& out);
  void tick_alarm_rules(instant now, effects& out);
  /// Somebody else ended an alarm of that type.
  void restart_alarm_rules(std::string_view type, effects& out);
  void keep_watch(std::unique_ptr<alarm_watch>&& now, const alarm_watch& before, effects& out);

  // own_alarm_rules.cpp: calculated fields of the device itself.
  struct own_alarms {
    std::shared_ptr<const alarm_programs> programs;
    asked_owners asked;
    // With those of a profile before them.
    std::shared_ptr<const alarm_programs> of_profile = nullptr;
    std::shared_ptr<const alarm_programs> all = nullptr;
  };
  void on(save_calculated_fields& what, context& with);
  void read_own_alarms();

  // polls.cpp
  void time_out_polls(instant now, effects& out);
  void end_polls(error_code why, effects& out);

  // entity.cpp
  void on(read_device& what, context& with);
  void on(read_credentials& what, context& with);
  void on(update_device& what, context& with);
  void on(delete_device& what, context& with);
  void on(save_credentials& what, context& with);
  /// Completes what replaces the present one, and its rows.
  void replace(device_info& info, effects& out) const;
  void replace(credentials& access, const profile_id& profile, effects& out) const;
  void begin(pending_change&& change, effects& out);
  void take_over(pending_change& change, effects& out);
  void forget_device(std::optional<persistence::device_rows>&& left, instant now, effects& out);

  // without_device.cpp
  std::optional<error> check_without_device(const command& what) const;
  void tick_without_device(instant now, effects& out);
  /// What tells of the deletion when that is durable; nullopt: nobody hears of it.
  std::optional<persistence::device_rows> tell_deleted(context& with) const;

  // claim.cpp
  void on(offer_claim& what, context& with);
  void on(claim_device& what, context& with);
  void on(reclaim_device& what, context& with);
  void on(assign_device& what, context& with);
  void on(provision_existing& what, context& with);
  void end_offer(const customer_id& customer, context& with);

  // packages.cpp
  void on(set_target_package& what, context& with);
  void prepare(const target_packages& targets, instant now, pending_change& change,
               effects& out) const;

  // describe_work.cpp
  /// Active alarms, and what rule chains wait for.
  void describe_work(instant now, nlohmann::ordered_json& to) const;

  // describe.cpp
  void on(inspect_device& what, context& with);

  // audit.cpp: what an application's user has changed, in the commit of the change.
  void audit(context& with, audit_action action, json_text data) const;
  void audit_keys_of(context& with, audit_action action, attribute_scope scope,
                     const std::vector<key_value>& values) const;

  attribute_group& group(attribute_scope scope) noexcept {
    return groups_[static_cast<std::size_t>(scope)];
  }
  const attribute_group& group(attribute_scope scope) const noexcept {
    return groups_[static_cast<std::size_t>(scope)];
  }

  const device_settings* settings_;
  const rules_entry* rules_ = nullptr;
  device_info info_;
  credentials access_;
  bool exists_ = false;
  /// The identifier is a tenant's.
  bool of_tenant_ = false;
  rpc_number rpc_used_ = 0;
  rpc_number rpc_reserved_ = 0;
  std::array<attribute_group, 3> groups_;
  attribute_cursor cursor_;
  latest_values latest_;
  device_activity activity_;
  rpc_mailbox mailbox_;
  std::optional<timestamp> rpc_due_;
  /// Steady time of the last poll for RPCs since the activation, and how long it was to wait.
  milliseconds rpc_polled_at_ = never;
  milliseconds rpc_poll_timeout_ = 0;
  std::vector<parked_poll> rpc_polls_;
  std::vector<parked_poll> attribute_polls_;
  std::vector<parked_call> calls_;
  /// While a chain runs: what it is to be told afterwards.
  std::vector<told_event>* telling_ = nullptr;
  std::unique_ptr<pending_change> pending_;
  std::unique_ptr<history_deletion> deletion_;
  /// Null: no chain has left anything.
  std::unique_ptr<outbox> outbox_;
  /// Null: none is active.
  std::unique_ptr<active_alarms> alarms_;
  /// Null: no offer, no guesses.
  std::unique_ptr<claim_state> claim_;
  /// Null: no alarm rule is under way.
  std::unique_ptr<alarm_watch> watch_;
  /// Null: the device has no calculated fields of its own.
  std::unique_ptr<own_alarms> own_alarms_;
};

} // namespace muster
