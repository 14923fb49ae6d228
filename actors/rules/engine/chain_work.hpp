#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"
#include "actors/model/query.hpp"
#include "actors/model/rpc.hpp"
#include "actors/model/rule_chain.hpp"
#include "actors/model/time.hpp"
#include "actors/model/value.hpp"
#include "actors/rules/engine/entity_work.hpp"
#include "actors/rules/engine/rule_message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace muster {

/// A node of a chain, wherever that is kept.
struct node_place {
  rule_chain_id chain;
  rule_node_id node;

  friend bool operator==(const node_place&, const node_place&) = default;
  friend auto operator<=>(const node_place&, const node_place&) = default;
};

/// A node at which a chain waits for something, with the message that goes on then.
struct chain_place {
  node_place at;
  /// The nodes by which its chain was called, the innermost first.
  std::vector<node_place> callers;
  rule_message message;
};

// What a node may leave to be done, after the commit of the command that its chain runs for.

/// Nothing but that a time comes.
struct wait_work {
  /// Wall time.
  timestamp until = 0;
  /// What the node wants to know then.
  std::string kept = {};

  friend bool operator==(const wait_work&, const wait_work&) = default;
};

/// Messages of one node are gathered by their own time, in packs of `span` from the earliest on.
struct gather_work {
  /// Wall time at which packs that are over go on.
  timestamp until = 0;
  /// Of the message.
  timestamp ts = 0;
  milliseconds span = 0;

  friend bool operator==(const gather_work&, const gather_work&) = default;
};

/// An RPC of the chain to the device ends.
struct rpc_work {
  rpc_number number = 0;
  /// Wall time.
  timestamp expires = 0;

  friend bool operator==(const rpc_work&, const rpc_work&) = default;
};

/// A request to another server. It is made once at least: whoever is asked knows a repetition by
/// the header `Idempotency-Key` that all have.
struct http_work {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  /// Absent: the request has none.
  std::optional<std::string> body;
  milliseconds timeout = 0;
  std::uint64_t max_answer_bytes = 0;
  /// Requests of the node, by all devices, at a time; 0: any number.
  std::uint32_t most_parallel = 0;

  friend bool operator==(const http_work&, const http_work&) = default;
};

/// The device's history of these keys, start <= ts < end.
struct history_work {
  std::vector<std::string> keys;
  timestamp start = 0;
  timestamp end = 0;
  /// Other than none: one value of the whole time.
  aggregation agg = aggregation::none;
  std::uint32_t limit = 1;
  bool descending = false;

  friend bool operator==(const history_work&, const history_work&) = default;
};

/// The device is given to a customer of its tenant, or to none.
struct assign_work {
  /// Title of the customer; absent: to none.
  std::optional<std::string> customer;
  /// A customer of that title that is not there is made.
  bool create = false;

  friend bool operator==(const assign_work&, const assign_work&) = default;
};

/// The message goes on at the node in another device's actor.
struct hand_over_work {
  device_id to;

  friend bool operator==(const hand_over_work&, const hand_over_work&) = default;
};

/// Nothing is to be done: a message of another device, which `message.originator` names, went on at
/// the node here. One of the same number or a lower one has come already.
struct handed_work {
  std::uint64_t number = 0;
  /// Wall time until which that is to be known.
  timestamp until = 0;

  friend bool operator==(const handed_work&, const handed_work&) = default;
};

/// Server attributes of a customer or the tenant change.
struct attributes_work {
  entity_ref of;
  std::vector<key_value> saved;
  std::vector<std::string> deleted;

  friend bool operator==(const attributes_work&, const attributes_work&) = default;
};

/// The entities that have a relation to the device are to show the alarm. Of no node: no chain goes
/// on.
struct spread_work {
  alarm_id alarm;

  friend bool operator==(const spread_work&, const spread_work&) = default;
};

using chain_work = std::variant<wait_work, gather_work, rpc_work, http_work, history_work,
                                assign_work, entity_work, relation_work, hand_over_work,
                                handed_work, attributes_work, spread_work>;

/// One word for people, and in what is stored.
std::string_view work_name(const chain_work& what) noexcept;

/// Work with the place where the chain goes on.
struct left_work {
  /// At no node: the message enters the device's chain.
  chain_place place;
  chain_work what;
};

// What became of it.

struct time_has_come {
  std::string kept;
};

/// A pack, in the order in which its messages came.
struct gathered {
  std::vector<rule_message> messages;
};

/// The RPC's answer, or one of the names in `error` (reference rules, 4.3).
struct rpc_ended {
  json_text answer;
  std::string error;
};

struct http_answer {
  int status = 0;
  /// As they came; names may come more than once.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// By key in the order of the question; those without points have none.
struct history_found {
  std::vector<std::pair<std::string, std::vector<data_point>>> points;
};

/// It is done, and there is nothing to say of it.
struct work_done {};

/// To a node in the actor to which the message was handed over.
struct handed_over {};

/// It was tried, and that is final.
struct work_failed {
  std::string why;
};

/// Whoever carries the work out could not try: it is to be tried again.
struct try_again {
  std::string why;
};

using work_outcome =
    std::variant<time_has_come, gathered, rpc_ended, http_answer, history_found, work_done,
                 handed_over, entity_found, relation_found, work_failed, try_again>;

/// As bytes that outlive the program.
std::string encode(const left_work& what);
/// Error: invalid, for what `encode` of a program that is known here has not made.
result<left_work> decode_left_work(std::string_view bytes);

} // namespace muster
