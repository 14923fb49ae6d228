#pragma once

#include "actors/model/reply.hpp"
#include "actors/rules/engine/chain_work.hpp"
#include "persistence/store/mutation.hpp"
#include "persistence/store/precondition.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster {

/// A bounded piece of a device's history to be read for a deletion.
struct history_read {
  timestamp start = 0;
  timestamp end = 0;
  bool descending = false;
  /// Only rows that hold one of these keys are wanted.
  std::vector<std::string> keys;
  /// Rows up to and including (ts, arrival) in reading order have been seen.
  std::optional<std::pair<timestamp, std::uint64_t>> after;
};

/// What a piece held: at most `history_chunk_rows` wanted rows.
struct history_chunk {
  std::vector<persistence::append_history> rows;
  /// Where the next piece goes on; absent: that was the last one.
  std::optional<std::pair<timestamp, std::uint64_t>> next;
};

/// Wanted rows and rows looked at in one piece.
inline constexpr std::size_t history_chunk_rows = 256;
inline constexpr std::size_t history_chunk_visits = 8'192;

/// What the host is to carry out of the device's outbox.
struct outbox_task {
  std::uint64_t number = 0;
  std::shared_ptr<const left_work> what;
};

class chain_steps;

/// What follows from a command, a report or a tick. The rows and the replies form one submission:
/// the replies go out once the rows, and all earlier ones of the device, are durable.
struct effects {
  std::vector<persistence::mutation> mutations;
  std::vector<persistence::precondition> preconditions;
  std::vector<completion> replies;
  /// To be read as soon as everything submitted so far, this included, is durable.
  std::optional<history_read> read;
  /// To be begun as soon as everything submitted so far, this included, is durable.
  std::vector<outbox_task> carry;
  /// The state waits for `confirmed` or `refused`; until then it takes nothing else.
  bool exclusive = false;
  /// Where the way of messages through chains is noted; null: nobody looks on.
  chain_steps* steps = nullptr;

  void answer(reply_handle&& to, reply what) {
    replies.push_back(completion{std::move(to), std::move(what)});
  }
};

} // namespace muster
