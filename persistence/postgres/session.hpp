#pragma once

#include "persistence/postgres/connection.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <optional>
#include <unordered_map>
#include <utility>

namespace muster::persistence::postgres {

using owned_result = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// What a connection is made of: one session of libpq, not blocking, so that nothing waits longer
/// than the deadline.
class connection::session {
public:
  explicit session(const connection_options& options);
  ~session() { PQfinish(connection_); }
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Waits for the connection, makes the session ours and checks the server.
  answer<void> begin();

  bool alive() const noexcept { return !cut_ && PQstatus(connection_) == CONNECTION_OK; }
  bool late() const noexcept { return late_; }
  const std::string& server() const noexcept { return server_; }
  bool take_warning() noexcept { return std::exchange(warned_, false); }

  void queue(std::string_view sql, const parameters& given) {
    queued_.push_back({std::string(sql), given, {}, false});
  }
  answer<std::vector<rows>> flush();
  answer<void> run_script(const std::string& sql, milliseconds timeout);
  answer<std::vector<notification>> notifications(milliseconds wait);
  int socket() const noexcept { return alive() ? PQsocket(connection_) : -1; }
  void cut() noexcept;
  void wait_at_most(milliseconds timeout) noexcept { answer_timeout_ = timeout; }
  milliseconds answer_timeout() const noexcept { return answer_timeout_; }

private:
  struct statement {
    std::string sql;
    parameters given;
    std::string name;
    /// Its preparation goes out before it.
    bool is_new = false;
  };

  static void note(void* self, const PGresult* what);
  answer<void> check();

  failure lost();
  failure failure_of(const PGresult* result);

  // pipeline.cpp
  bool send(std::vector<statement>& statements);
  bool send(const statement& one);
  answer<std::vector<rows>> collect(const std::vector<statement>& statements);
  answer<rows> one_result(std::optional<failure>& problem);

  void start_waiting(milliseconds timeout);
  answer<owned_result> next_result();
  void wait_for(int events, milliseconds left) const;
  std::vector<notification> take_notifications();

  milliseconds answer_timeout_;
  bool single_copy_;
  PGconn* connection_ = nullptr;
  bool cut_ = false;
  bool late_ = false;
  bool warned_ = false;
  std::string server_;
  std::vector<statement> queued_;
  /// Names of prepared statements by their text.
  std::unordered_map<std::string, std::string> prepared_;
  std::uint64_t names_given_ = 0;
  std::chrono::steady_clock::time_point deadline_;
  milliseconds waits_ = 0;
};

} // namespace muster::persistence::postgres
