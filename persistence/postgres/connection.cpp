#include "persistence/postgres/connection.hpp"

#include "persistence/postgres/session.hpp"

namespace muster::persistence::postgres {

namespace {

/// Making a schema may take its time.
constexpr milliseconds script_timeout = 120'000;

} // namespace

error to_error(const failure& why) {
  return {error_code::storage_unavailable, "the database: " + why.message};
}

connection::connection(std::unique_ptr<session> of) : session_(std::move(of)) {}
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;
connection::~connection() = default;

answer<connection> connection::open(const connection_options& options) {
  auto made = std::make_unique<session>(options);
  if (auto ready = made->begin(); !ready) {
    return tl::unexpected(ready.error());
  }
  return connection(std::move(made));
}

bool connection::alive() const noexcept {
  return session_ && session_->alive();
}

bool connection::late() const noexcept {
  return session_ && session_->late();
}

const std::string& connection::server() const noexcept {
  return session_->server();
}

answer<rows> connection::run(std::string_view sql, const parameters& given) {
  session_->queue(sql, given);
  auto all = session_->flush();
  if (!all) {
    return tl::unexpected(all.error());
  }
  return std::move(all->back());
}

answer<void> connection::run_script(const std::string& sql) {
  return session_->run_script(sql, script_timeout);
}

void connection::queue(std::string_view sql, const parameters& given) {
  session_->queue(sql, given);
}

answer<std::vector<rows>> connection::flush() {
  return session_->flush();
}

answer<void> connection::roll_back() {
  return session_->run_script("rollback", session_->answer_timeout());
}

void connection::wait_at_most(milliseconds timeout) noexcept {
  session_->wait_at_most(timeout);
}

bool connection::take_warning() noexcept {
  return session_->take_warning();
}

answer<std::vector<notification>> connection::notifications(milliseconds wait) {
  return session_->notifications(wait);
}

int connection::socket() const noexcept {
  return session_->socket();
}

void connection::cut() noexcept {
  session_->cut();
}

} // namespace muster::persistence::postgres
