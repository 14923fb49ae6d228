#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/attribute.hpp"
#include "actors/model/audit.hpp"
#include "actors/model/command.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"
#include "actors/model/package.hpp"
#include "actors/model/page.hpp"
#include "actors/model/query.hpp"
#include "actors/model/relation.hpp"
#include "actors/model/rpc.hpp"
#include "actors/model/rule_chain.hpp"
#include "actors/model/rule_event.hpp"
#include "actors/model/telemetry.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace muster {

/// Carried out, nothing to return.
struct done {};

struct device_attributes {
  std::vector<key_value> client;
  std::vector<key_value> shared;
};

/// One RPC on its way to the device, through the poll that gets this reply.
struct rpc_delivery {
  rpc_number number = 0;
  std::string method;
  json_text params;
};

/// Shared attributes changed since the last answer that was written, coalesced: a key is in one
/// list only.
struct attribute_changes {
  std::vector<key_value> set;
  std::vector<std::string> deleted;
};

/// The device's (or the rule chain's) reply; empty text: the device replied with nothing.
struct rpc_answer {
  json_text response;
};

struct rpc_accepted {
  rpc_id id;
};

struct rpc_of_device {
  rpc_record record;
  device_info device;
};

struct history_page {
  std::vector<data_point> points;
  /// Where to go on; null: that was all.
  std::shared_ptr<const history_position> more;
  /// The query's `spent` and this page's cost.
  history_cost spent;
};

/// What became of a claim (reference REST, section 6).
struct claim_result {
  enum class outcome : std::uint8_t { success, failure, claimed };

  outcome what = outcome::failure;
  device_info device;
};

struct rollout_status {
  /// Devices that should run the package, and how many of them have been told so.
  std::uint64_t devices = 0;
  std::uint64_t told = 0;
  /// Devices by what they say in `fw_state` (`sw_state`); those that say nothing are left out.
  std::map<std::string, std::uint64_t> states;
  /// Devices are being told still.
  bool running = false;

  friend bool operator==(const rollout_status&, const rollout_status&) = default;
};

/// An alarm with what else is shown of it.
struct alarm_info {
  muster::alarm what;
  device_info originator;
  /// Absent: nobody, or somebody who is not there any more.
  std::optional<user> assignee;
};

/// A chain, and why nodes of it cannot run.
struct rule_graph {
  rule_chain chain;
  /// By node; empty: it can.
  std::vector<std::string> faults;
};

/// What became of one chain of a file.
struct imported_rule_chain {
  rule_chain_id id;
  std::string name;
  /// It has taken the place of one that was there.
  bool updated = false;
};

/// What a script that was tried returned, as text, or why it failed; the other one is empty.
struct script_outcome {
  std::string output;
  std::string failure;

  friend bool operator==(const script_outcome&, const script_outcome&) = default;
};

/// A node, and why it cannot run; empty: it can.
struct rule_node_state {
  rule_chain_id chain;
  rule_node node;
  std::string fault;
};

/// A relation, and what its other end is called.
struct named_relation {
  muster::relation relation;
  std::string name;
};

/// What the node, or a device's actor, says of itself to an operator: a JSON object.
struct inspected {
  json_text report;
};

/// Copied, moved and ended in one place (reply.cpp), since each file that did it by itself would
/// take a second more to compile.
struct reply
    : std::variant<
          done, error, device_attributes, std::vector<attribute>, std::vector<latest_value>,
          rpc_delivery, attribute_changes, rpc_answer, rpc_accepted, device_info, credentials, user,
          device_profile, page<device_info>, std::vector<device_info>, page<rpc_record>,
          rpc_of_device, history_page, customer, claim_result, tenant, package_info,
          std::vector<bool>, page<device_profile>, page<tenant>, page<customer>, page<user>,
          page<package_info>, page<audit_entry>, rollout_status, rule_chain, page<rule_chain>,
          std::vector<rule_chain>, std::vector<imported_rule_chain>, rule_graph, relation,
          std::vector<named_relation>, script_outcome, page<rule_event>, rule_node_state,
          alarm_info, page<alarm_info>, std::optional<alarm_severity>, page<std::string>,
          page<alarm_comment>, alarm, alarm_comment, inspected> {
  using variant::variant;
  using variant::operator=;

  reply();
  reply(const reply&);
  reply(reply&&) noexcept;
  reply& operator=(const reply&);
  reply& operator=(reply&&) noexcept;
  ~reply();
};

class reply_handle;

struct completion;

/// The edge that waits for replies, one per reactor. Outlives every handle that names it.
class reply_sink {
public:
  virtual ~reply_sink() = default;

  /// Hands over replies, to be rendered and written on the sink's own thread. Callable from any
  /// thread, never blocks on I/O, wakes the reactor once: so callers collect what belongs to one
  /// sink.
  virtual void push(std::vector<completion> batch) noexcept = 0;
};

/// Where one answer is waited for: a plain address that stays valid when the connection has gone
/// (the sink then drops the reply).
struct reply_address {
  reply_sink* sink = nullptr;
  /// Serial number of the connection in its sink; never reused.
  std::uint64_t connection = 0;
  /// Serial number of the request on its connection.
  std::uint64_t request = 0;
};

/// The obligation to answer once. Move-only; lives from the edge through actor and committer back
/// to the edge. A handle destroyed unanswered answers `overloaded` by itself: every loss is an
/// answer.
class reply_handle {
public:
  reply_handle() = default;
  explicit reply_handle(reply_address to) noexcept : to_(to) {}
  reply_handle(reply_handle&& other) noexcept : to_(std::exchange(other.to_, {})) {}
  reply_handle& operator=(reply_handle&& other) noexcept;
  ~reply_handle() { answer_loss(); }

  explicit operator bool() const noexcept { return to_.sink != nullptr; }
  const reply_address& address() const noexcept { return to_; }

  /// Answers alone: for single replies off the commit path; batches go through `reply_sink::push`.
  void answer(reply what) noexcept;

  /// Takes the obligation out of the handle; used by the sink, which then answers for sure.
  reply_address release() noexcept { return std::exchange(to_, {}); }

private:
  void answer_loss() noexcept;

  reply_address to_;
};

/// A handle with its reply.
struct completion {
  reply_handle to;
  reply what;
  /// Of the command that brought the reply about, as `command::deadline`; 0: there is none.
  milliseconds deadline = 0;
};

} // namespace muster
