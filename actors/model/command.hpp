#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/attribute.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/package.hpp"
#include "actors/model/rpc.hpp"
#include "actors/model/telemetry.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace muster {

// What can be asked of one device. Commands are plain values without JSON text of the wire or HTTP
// in them: they are handled by the device's actor, here or (in a cluster) on another node. Each
// names the reply it leads to; every one may also be answered by an `error`.

/// Reply: done.
struct save_telemetry {
  std::vector<telemetry_entry> entries;
  /// Time to live of the history rows in seconds; 0: as long as `data.retention` says.
  std::int64_t ttl_seconds = 0;
};

/// Reply: done. Saving to the shared scope is a change for attribute polls.
struct save_attributes {
  attribute_scope scope = attribute_scope::client;
  std::vector<key_value> values;
  /// An equal value keeps its last-update time (client attributes sent by the device).
  bool only_on_change = false;
};

/// Reply: done, also for keys that are not there.
struct delete_attributes {
  attribute_scope scope = attribute_scope::server;
  std::vector<std::string> keys;
};

/// `GET /attributes` of the device. Reply: device_attributes. An absent list leaves the section
/// out, an empty one asks for all of it.
struct read_device_attributes {
  std::optional<std::vector<std::string>> client;
  std::optional<std::vector<std::string>> shared;
};

/// Reply: std::vector<attribute>, in the order of the keys asked for (a repeated one counts once),
/// else by scope and key. Absent scope: all scopes; absent keys: all keys.
struct read_attributes {
  std::optional<attribute_scope> scope;
  std::optional<std::vector<std::string>> keys;
};

/// Reply: std::vector<latest_value>, unknown keys left out. Absent keys: all.
struct read_latest {
  std::optional<std::vector<std::string>> keys;
};

/// Reply: done, once the last row is gone. Reference REST, section 3.
struct delete_telemetry {
  std::vector<std::string> keys;
  /// All history of the keys; else only start <= ts < end.
  bool all = false;
  timestamp start = 0;
  timestamp end = 0;
  bool delete_latest = true;
  /// A latest value that was deleted is replaced by the newest one left.
  bool rewrite_latest = false;
};

/// Names one parked poll: given by the edge, unique in the process.
enum class poll_id : std::uint64_t {};

/// Reply: rpc_delivery, or error poll_timeout after `timeout`. The edge reports what became of the
/// delivery.
struct poll_rpc {
  poll_id poll{};
  /// Clamped by the edge; 0 or less: only what is there now.
  milliseconds timeout = 0;
  /// The address of its client, for operators.
  std::string client = {};
};

/// Reply: attribute_changes, or error poll_timeout after `timeout`. Reported like poll_rpc.
struct poll_attributes {
  poll_id poll{};
  milliseconds timeout = 0;
  std::string client = {};
};

/// The device's reply to an RPC. Reply: done, also for an unknown number.
struct answer_rpc {
  enum class form : std::uint8_t { json, empty, not_json };

  rpc_number number = 0;
  form kind = form::json;
  /// The device's JSON; for not_json `{"error":"<raw text>"}`, which is what a persistent RPC
  /// keeps.
  json_text response;
};

/// Client-side RPC: asks the device's rule chain. Reply: rpc_answer, or error poll_timeout.
struct call_rules {
  std::string method;
  json_text params;
  /// Names the call to the chain, wherever it goes on and whoever owns the device then: given by
  /// the edge, as `random_number` does. 0: the device gives one.
  std::uint64_t number = 0;
  /// The chain has run for it at an earlier owner, and only its answer is waited for.
  bool ran = false;
};

/// What an owner that gives the device away says with wrong_owner of a call whose chain has run.
inline constexpr std::string_view chain_has_run = "the rule chain has run";

/// Reply: persistent: rpc_accepted at once. Else two-way: rpc_answer; one-way: done when written to
/// the device; error rpc_timeout or rpc_undelivered when its time is over.
struct send_rpc {
  rpc_request request;
};

/// Reply: done, also for one that is not there.
struct delete_rpc {
  rpc_id rpc;
};

/// Reply: device_info, or not_found.
struct read_device {};

/// Reply: credentials, or not_found.
struct read_credentials {};

/// What a device should run as its own or its profile's assignment says; absent: nothing.
struct target_packages {
  std::optional<package_info> firmware;
  std::optional<package_info> software;
  /// Of the profile that was looked at: when it is another one at the write, the change is refused
  /// with version_conflict.
  std::uint64_t profile_version = 0;
};

/// Reply: device_info with its new version. What the caller left out has been filled in by the edge
/// from the old one. A version that is not the present one is refused with version_conflict when
/// `expected_version` is given. With `access` the credentials are saved in the same step, as by
/// save_credentials: both are changed or, when one is refused, neither.
struct update_device {
  device_info info;
  std::optional<std::uint64_t> expected_version;
  std::optional<credentials> access = std::nullopt;
  /// What `info` leads to when the profile or a package changes, looked up by actors/directory
  /// (`change_device`). Null: neither changes.
  std::shared_ptr<const target_packages> targets = nullptr;
};

/// Reply: done. Ends the device's parked polls with error unauthorized.
struct delete_device {};

/// The device's own calculated fields. Reply: device_info. Error version_conflict: somebody else
/// has changed the device since it was read. Not for a customer's user.
struct save_calculated_fields {
  /// A list; empty: there are none any more.
  json_text fields;
  std::uint64_t expected_version = 0;
};

/// Reply: credentials with their new version; their id, time and device are the old ones'. Ends the
/// device's parked polls with error unauthorized. Refused like update_device.
struct save_credentials {
  credentials access;
  std::optional<std::uint64_t> expected_version = std::nullopt;
};

/// The device allows itself to be claimed (reference, section 7). Reply: done, also when it has a
/// customer already or claiming is off; an offer that still stands is kept.
struct offer_claim {
  std::string secret;
  /// 0 or less: `claim.duration`.
  milliseconds duration = 0;
};

/// A customer's user claims the device. Checks the tenant only, since the device is not his yet.
/// Reply: claim_result, or rate_limited after five wrong guesses in a minute.
struct claim_device {
  customer_id customer;
  std::string secret;
};

/// Takes the device from its customer. Reply: device_info; a device without one is answered too.
struct reclaim_device {};

/// Gives the device to a customer of its tenant, or to none. Reply: device_info.
struct assign_device {
  std::optional<customer_id> customer;
  /// Only from this one: otherwise nothing changes.
  std::optional<customer_id> from = std::nullopt;
};

/// A pre-provisioned device asks for its credentials (reference, section 8): refused with
/// `forbidden` when it is of another profile or was provisioned before. Reply: credentials.
struct provision_existing {
  profile_id profile;
  /// The client's address, for the audit log.
  std::string address = {};
};

/// The package of that type that the device should run, as its own or its profile's assignment says
/// now: sets the shared attributes in one change and the `target_...` telemetry (reference, section
/// 9.1). Reply: done, also when nothing changes because the device is there already.
struct set_target_package {
  package_type type = package_type::firmware;
  /// Absent: none.
  std::optional<package_info> package;
  /// By the profile: left alone when the device has a package of its own or another profile.
  std::optional<profile_id> from_profile;
};

// Alarms of the device. One that is cleared is not in the actor's memory: whoever asks for a change
// of it has read it (`stored`). Error version_conflict: it is to be read and asked for again.

/// Reply: alarm. What `what` says of severity, times, details and propagation holds, an assignee
/// that is absent is none, and what is acknowledged or cleared in it becomes so. Without an
/// identifier: of the active alarm of the type, or a new one.
struct save_alarm {
  alarm what;
  /// Of the assignee, for people.
  std::string assignee_name = {};
  std::shared_ptr<const alarm> stored = nullptr;
  /// The related entities that show it, when it is propagated to such.
  std::vector<uuid> related = {};
};

enum class alarm_action : std::uint8_t {
  acknowledge,
  clear,
  assign,
  unassign,
  remove,
  /// `related` show it from now on; by the server alone.
  show,
};

/// Reply: alarm, as it is then. What is so already is refused with invalid.
struct change_alarm {
  alarm_id id;
  alarm_action action = alarm_action::acknowledge;
  /// To whom it is assigned.
  std::optional<user_id> assignee = std::nullopt;
  std::string assignee_name = {};
  std::shared_ptr<const alarm> stored = nullptr;
  std::vector<uuid> related = {};
};

/// Reply: alarm_comment.
struct comment_alarm {
  /// Whether somebody has said something, says it otherwise now, or has taken it back.
  enum class kind : std::uint8_t { added, changed, removed };

  /// As it is to be; of an added one identifier and time are the actor's to give.
  alarm_comment comment;
  kind what = kind::added;
  std::shared_ptr<const alarm> stored = nullptr;
};

/// A message for the device's rule chain, of another device's (`from`) or of the server itself. By
/// the server itself only. Reply: done once what became of it is durable, also when the message of
/// that number came from that device before.
struct take_rule_message {
  /// As `encode` of a `left_work` writes it. At no node: the message enters the device's chain.
  std::string message;
  /// Absent: it is brought once only.
  std::optional<device_id> from = std::nullopt;
  /// Of the work in that device's outbox.
  std::uint64_t number = 0;
};

/// What an operator asks of a device's actor. Reply: inspected. By the server itself only.
struct inspect_device {
  enum class wish : std::uint8_t {
    /// All it says of itself; a device that is not in memory is read.
    report,
    /// What it did since the event of that number; what it does from now on is noted for some
    /// seconds.
    trace,
    /// It is to leave memory, if nothing keeps it there.
    passivate,
    /// Its state is dropped and read anew.
    drop,
    /// It is let out of quarantine.
    release,
    /// RPCs and polls that wait there, and its name; nothing, of a device that is not read yet.
    waiting,
  };
  wish what = wish::report;
  std::uint64_t after = 0;
};

/// Copied, moved and ended in one place (command_body.cpp), since each file that did it by itself
/// would take a second more to compile.
struct command_body
    : std::variant<save_telemetry, save_attributes, delete_attributes, read_device_attributes,
                   read_attributes, read_latest, delete_telemetry, poll_rpc, poll_attributes,
                   answer_rpc, call_rules, send_rpc, delete_rpc, read_device, read_credentials,
                   update_device, delete_device, save_credentials, offer_claim, claim_device,
                   reclaim_device, assign_device, provision_existing, set_target_package,
                   save_alarm, change_alarm, comment_alarm, inspect_device, take_rule_message,
                   save_calculated_fields> {
  using variant::variant;
  using variant::operator=;

  command_body();
  command_body(const command_body&);
  command_body(command_body&&) noexcept;
  command_body& operator=(const command_body&);
  command_body& operator=(command_body&&) noexcept;
  ~command_body();
};

/// The device itself spoke; refused with unauthorized when its credentials are no longer of this
/// version.
struct device_sender {
  std::uint32_t credentials_version = 0;
};

/// The server itself: a job or the directory, which has checked all it must.
struct system_sender {};

/// The device's actor checks that the caller may see the device: not_found for a device that does
/// not exist, forbidden for a foreign one.
using command_sender = std::variant<device_sender, caller, system_sender>;

struct command {
  device_id device;
  command_sender sender;
  /// On the steady clock. What is still queued then is dropped and answered with overloaded.
  milliseconds deadline = 0;
  command_body body;
};

/// What became of an answer to a poll, reported by the edge. `written`: all its bytes were taken by
/// the socket of a live connection. `lost`: they were not, or the client of the parked poll has
/// gone.
struct poll_report {
  enum class outcome : std::uint8_t { written, lost };

  device_id device;
  poll_id poll{};
  outcome what = outcome::lost;
};

} // namespace muster
