#include "persistence/postgres/session.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace muster::persistence::postgres {

namespace {

using steady = std::chrono::steady_clock;

/// What makes a session ours whatever the database's or the role's defaults are.
constexpr std::string_view settings =
    "set synchronous_commit = on; set default_transaction_isolation = 'read committed'; "
    "set plan_cache_mode = force_generic_plan; set jit = off; "
    "set client_connection_check_interval = 200; set statement_timeout = 0; set lock_timeout = 0; "
    "set idle_in_transaction_session_timeout = 0; set search_path = public; "
    "set client_min_messages = warning";

constexpr std::string_view who_are_you =
    "select current_setting('server_version_num')::bigint, current_setting('server_encoding'), "
    "current_setting('fsync'), current_setting('synchronous_standby_names'), pg_is_in_recovery(), "
    "(extract(epoch from pg_postmaster_start_time()) * 1000)::bigint";

/// In one line.
std::string trimmed(const char* text) {
  std::string message;
  for (const std::string_view all = text == nullptr ? "" : text; const char c : all) {
    const bool space = c == '\n' || c == '\t' || c == ' ';
    if (!space || (!message.empty() && message.back() != ' ')) {
      message.push_back(space ? ' ' : c);
    }
  }
  if (message.ends_with(' ')) {
    message.pop_back();
  }
  return message;
}

std::string field(const PGresult* of, int code) {
  return trimmed(PQresultErrorField(of, code));
}

bool ends_session(const PGresult* result) {
  const std::string severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity.empty() || severity == "FATAL" || severity == "PANIC";
}

} // namespace

connection::session::session(const connection_options& options)
    : answer_timeout_(options.answer_timeout), single_copy_(options.unsafe_single_copy) {
  const std::array<const char*, 7> names{"dbname",
                                         "target_session_attrs",
                                         "connect_timeout",
                                         "tcp_user_timeout",
                                         "client_encoding",
                                         "fallback_application_name",
                                         nullptr};
  const std::array<const char*, 7> values{
      options.dsn.c_str(), "read-write", "2", "2000", "UTF8", "muster", nullptr};
  connection_ = PQconnectdbParams(names.data(), values.data(), 1);
  PQsetNoticeReceiver(connection_, note, this);
}

answer<void> connection::session::begin() {
  if (PQstatus(connection_) != CONNECTION_OK) {
    return tl::unexpected(lost());
  }
  PQsetnonblocking(connection_, 1);
  if (auto set = run_script(std::string(settings), answer_timeout_); !set) {
    return set;
  }
  return check();
}

answer<void> connection::session::run_script(const std::string& sql, milliseconds timeout) {
  if (!alive()) {
    return tl::unexpected(lost());
  }
  start_waiting(timeout);
  if (PQsendQuery(connection_, sql.c_str()) == 0) {
    return tl::unexpected(lost());
  }
  std::optional<failure> problem;
  for (;;) {
    auto one = next_result();
    if (!one) {
      return tl::unexpected(one.error());
    }
    if (!*one) {
      break;
    }
    if (PQresultStatus(one->get()) == PGRES_FATAL_ERROR && !problem) {
      problem = failure_of(one->get());
    }
  }
  return problem ? answer<void>(tl::unexpected(*problem)) : answer<void>();
}

answer<std::vector<notification>> connection::session::notifications(milliseconds wait) {
  if (!alive()) {
    return tl::unexpected(lost());
  }
  auto found = take_notifications();
  if (found.empty()) {
    wait_for(POLLIN, wait);
    if (PQconsumeInput(connection_) == 0) {
      return tl::unexpected(lost());
    }
    found = take_notifications();
  }
  return found;
}

void connection::session::cut() noexcept {
  if (const int socket = PQsocket(connection_); socket >= 0) {
    ::shutdown(socket, SHUT_RDWR);
  }
  cut_ = true;
}

void connection::session::note(void* self, const PGresult* what) {
  if (field(what, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING") {
    static_cast<session*>(self)->warned_ = true;
  }
}

failure connection::session::lost() {
  failure why{failure::kind::lost, {}, trimmed(PQerrorMessage(connection_)), {}};
  if (why.message.empty()) {
    why.message = "the session was lost";
  }
  cut();
  return why;
}

failure connection::session::failure_of(const PGresult* result) {
  if (ends_session(result)) {
    auto why = lost();
    if (const auto text = field(result, PG_DIAG_MESSAGE_PRIMARY); !text.empty()) {
      why.message = text;
    }
    return why;
  }
  return {failure::kind::refused, field(result, PG_DIAG_SQLSTATE),
          field(result, PG_DIAG_MESSAGE_PRIMARY), field(result, PG_DIAG_MESSAGE_DETAIL)};
}

void connection::session::start_waiting(milliseconds timeout) {
  waits_ = timeout;
  deadline_ = steady::now() + std::chrono::milliseconds(timeout);
}

answer<owned_result> connection::session::next_result() {
  while (PQisBusy(connection_) != 0) {
    const milliseconds left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - steady::now()).count();
    if (left <= 0) {
      auto why = lost();
      why.late = late_ = true;
      why.message = "no answer within " + std::to_string(waits_) + " ms";
      return tl::unexpected(why);
    }
    const int unsent = PQflush(connection_);
    wait_for(unsent > 0 ? POLLIN | POLLOUT : POLLIN, left);
    if (unsent < 0 || PQconsumeInput(connection_) == 0) {
      return tl::unexpected(lost());
    }
  }
  return owned_result(PQgetResult(connection_), &PQclear);
}

void connection::session::wait_for(int events, milliseconds left) const {
  pollfd socket{PQsocket(connection_), static_cast<short>(events), 0};
  ::poll(&socket, 1, static_cast<int>(left));
}

std::vector<notification> connection::session::take_notifications() {
  std::vector<notification> found;
  while (PGnotify* one = PQnotifies(connection_)) {
    found.push_back({one->relname, one->extra});
    PQfreemem(one);
  }
  return found;
}

answer<void> connection::session::check() {
  queue(who_are_you, {});
  const auto said = flush();
  if (!said) {
    return tl::unexpected(said.error());
  }
  const rows& is = said->front();
  const auto refused = [](std::string why) {
    return tl::unexpected(failure{failure::kind::refused, {}, std::move(why), {}});
  };
  if (is.number(0, 0) < 150'000) {
    return refused("PostgreSQL 15 or newer is needed");
  }
  if (is.text(0, 1) != "UTF8") {
    return refused("the database's encoding is " + is.text(0, 1) + ", UTF8 is needed");
  }
  if (is.text(0, 2) != "on") {
    return refused("fsync is off: the database would lose what it confirmed");
  }
  if (is.text(0, 3).empty() && !single_copy_) {
    return refused("synchronous_standby_names is empty: the database would confirm what only one "
                   "machine has; --cluster.unsafe_single_copy allows it");
  }
  if (is.flag(0, 4)) {
    return refused("the server is a standby");
  }
  server_ = std::string(PQhost(connection_)) + ":" + PQport(connection_) + "@" +
            std::to_string(is.number(0, 5));
  return {};
}

} // namespace muster::persistence::postgres
