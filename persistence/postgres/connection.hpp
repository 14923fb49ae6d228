#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "persistence/postgres/parameters.hpp"
#include "persistence/postgres/rows.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster::persistence::postgres {

struct connection_options {
  /// libpq's connection string; several hosts may be named. The node adds what it insists on:
  /// target_session_attrs=read-write, connect_timeout and tcp_user_timeout of two seconds.
  std::string dsn;
  /// A database without a synchronous standby will do.
  bool unsafe_single_copy = false;
  /// How long one round trip may take before the session is given up.
  milliseconds answer_timeout = 2'000;
};

/// Why a statement brought nothing.
struct failure {
  enum class kind : std::uint8_t {
    /// The server said no: nothing of the statement's transaction is done.
    refused,
    /// The session is gone, or no answer came in time: what was sent may have been done or be done
    /// later.
    lost,
  };
  kind what = kind::lost;
  /// SQLSTATE of a refusal, as "40001".
  std::string state;
  std::string message;
  std::string detail;
  /// Of a lost session: no answer came in time.
  bool late = false;

  bool is(std::string_view sqlstate) const noexcept { return state == sqlstate; }
};

/// For people, as storage_unavailable.
error to_error(const failure& why);

template <class T>
using answer = tl::expected<T, failure>;

/// A notice that another session sent by NOTIFY.
struct notification {
  std::string channel;
  std::string payload;
};

/// One session with the primary. Used by one thread at a time; blocks, but never longer than
/// answer_timeout a round trip. A lost session stays lost: open another one. Its end rolls back
/// what is open.
class connection {
public:
  /// Connects and checks the server: PostgreSQL 15 or newer that takes writes, UTF-8, fsync on, and
  /// a synchronous standby named unless one copy will do. With several hosts each may take two
  /// seconds.
  static answer<connection> open(const connection_options& options);

  connection(connection&&) noexcept;
  connection& operator=(connection&&) noexcept;
  ~connection();

  bool alive() const noexcept;
  /// It is lost because no answer came in time, so the next session would perhaps wait as well.
  bool late() const noexcept;
  /// Which server and which life of it: another text means that the primary moved or was started
  /// again.
  const std::string& server() const noexcept;

  /// One statement in one round trip, prepared at its first use by its text. Outside a
  /// transaction it is one.
  answer<rows> run(std::string_view sql, const parameters& given = {});
  /// Several statements without parameters, as they stand; for schemas.
  answer<void> run_script(const std::string& sql);

  /// Puts a statement behind those that are queued; nothing is sent. `sql` need not outlive the
  /// call.
  void queue(std::string_view sql, const parameters& given = {});
  /// Sends all that is queued in one round trip and returns what each brought, in order, or the
  /// first failure: the statements behind it were not carried out. Statements that are queued
  /// without begin and commit are one transaction together.
  answer<std::vector<rows>> flush();
  /// Ends a transaction that failed.
  answer<void> roll_back();

  /// Another limit of a round trip than answer_timeout, from now on.
  void wait_at_most(milliseconds timeout) noexcept;

  /// Whether the server has warned since the last call. A commit that warns was not waited for by
  /// the standby.
  bool take_warning() noexcept;

  /// What came by LISTEN, waiting at most so long for the first.
  answer<std::vector<notification>> notifications(milliseconds wait);

  /// To wait for notices along with other things; -1 when it is lost.
  int socket() const noexcept;

  /// Breaks the connection off at once, without a word to the server.
  void cut() noexcept;

private:
  class session;
  explicit connection(std::unique_ptr<session> of);

  std::unique_ptr<session> session_;
};

} // namespace muster::persistence::postgres
