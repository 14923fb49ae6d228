#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/fence.hpp"
#include "persistence/postgres/judgement.hpp"
#include "persistence/postgres/server_watch.hpp"
#include "persistence/store/store.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster::persistence::postgres {

/// The one session that commits. Each batch is one transaction that begins with its fence; what the
/// database refuses of it is found and left out, what it does not answer is settled. Commits come
/// from one thread, `tend` from another.
///
/// A batch goes round like this until every write has its outcome: open a session if there is none;
/// settle what is in doubt; leave out writes whose shard is not ours; send the transaction. Then
///   committed       -> the sequences move on in the book
///   fence broken    -> the shards that differ are not ours any more; once more without them
///   deadlock, taken -> once more: another node was first, and the preconditions are judged again
///   refused         -> one of the rows is to blame: each half alone
///   no answer       -> settle; if that cannot be done now, `failed`, and the shards stay in doubt
class commit_session {
public:
  commit_session(const connection_options& options, shard_book& book, server_watch& watch,
                 const clock_source& clock);

  std::vector<write_outcome> commit(std::span<const write> batch);
  /// Opens a lost session and settles what is in doubt, unless a commit is under way.
  void tend();
  /// Empty while commits are taken, else why not.
  std::string trouble() const;

private:
  using steady = std::chrono::steady_clock;
  /// So long after a loss commits wait for a new session; later they fail at once.
  static constexpr std::chrono::milliseconds patience{500};

  enum class ending : std::uint8_t {
    committed,
    fenced,
    again,
    session_gone,
    refused,
    unavailable,
    unknown
  };
  struct part {
    const write* change;
    write_outcome* outcome;
  };

  void carry_out(std::vector<part> parts);
  void carry_out_halves(const std::vector<part>& parts, const error& why);
  /// Takes out of `parts` what is stale.
  fence fence_of(std::vector<part>& parts) const;
  ending attempt(const std::vector<part>& parts, const fence& expected);
  void queue_rows(const std::vector<part>& parts, judgement& judge);
  ending ending_of(const failure& why, bool commit_sent);
  bool finish_unknown(const std::vector<part>& parts, const fence& expected);
  void note_committed(const fence& expected);
  void find_lost(const fence& expected);

  /// For a commit: a session with nothing in doubt, or why not.
  result<void> recover();
  bool has_session() const noexcept { return session_ && session_->alive(); }
  /// The session of a server that is not the primary any more.
  void drop_moved();
  void note_lost(const failure& why);
  void install(answer<connection> opened);
  result<void> settle_doubts();
  void apply(const fence& expected, const settlement& settled);
  void fail(const std::vector<part>& parts, const error& why);
  void set_trouble(const std::string& why);

  connection_options options_;
  shard_book& book_;
  server_watch& watch_;
  const clock_source& clock_;

  std::mutex mutex_;
  std::optional<connection> session_;
  writer_mark writer_;
  bool writer_doubted_ = false;
  /// When there was no session first; zero: there is one.
  steady::time_point lost_since_{};
  steady::time_point next_try_{};
  std::chrono::milliseconds pause_{};
  error last_problem_;

  mutable std::mutex trouble_mutex_;
  std::string trouble_;
};

} // namespace muster::persistence::postgres
