#include "persistence/postgres/session.hpp"

namespace muster::persistence::postgres {

answer<std::vector<rows>> connection::session::flush() {
  auto statements = std::exchange(queued_, {});
  if (!alive()) {
    return tl::unexpected(lost());
  }
  start_waiting(answer_timeout_);
  if (PQenterPipelineMode(connection_) == 0 || !send(statements) ||
      PQpipelineSync(connection_) == 0) {
    return tl::unexpected(lost());
  }
  auto found = collect(statements);
  if (alive()) {
    PQexitPipelineMode(connection_);
  }
  return found;
}

/// Gives each statement its name; before the first use of a text its preparation goes out.
bool connection::session::send(std::vector<statement>& statements) {
  std::unordered_map<std::string_view, std::string_view> fresh;
  for (auto& one : statements) {
    if (const auto known = prepared_.find(one.sql); known != prepared_.end()) {
      one.name = known->second;
    } else if (const auto sent = fresh.find(one.sql); sent != fresh.end()) {
      one.name = sent->second;
    } else {
      one.name = "s" + std::to_string(++names_given_);
      one.is_new = true;
      fresh.emplace(one.sql, one.name);
    }
    if (!send(one)) {
      return false;
    }
  }
  return true;
}

bool connection::session::send(const statement& one) {
  std::vector<const char*> values;
  std::vector<int> lengths;
  const std::vector<int> binary(one.given.size(), 1);
  for (const auto& value : one.given.values()) {
    values.push_back(value ? value->data() : nullptr);
    lengths.push_back(value ? static_cast<int>(value->size()) : 0);
  }
  const auto count = static_cast<int>(one.given.size());
  if (one.is_new && PQsendPrepare(connection_, one.name.c_str(), one.sql.c_str(), count,
                                  one.given.types().data()) == 0) {
    return false;
  }
  return PQsendQueryPrepared(connection_, one.name.c_str(), count, values.data(), lengths.data(),
                             binary.data(), 1) != 0;
}

/// Results of all statements up to the sync. One that failed, and so all behind it, may or may not
/// have been prepared: their names are not used again.
answer<std::vector<rows>> connection::session::collect(const std::vector<statement>& statements) {
  std::vector<rows> found;
  std::optional<failure> problem;
  for (const auto& one : statements) {
    if (one.is_new) {
      auto made = one_result(problem);
      if (!made) {
        return tl::unexpected(made.error());
      }
      if (!problem) {
        prepared_.emplace(one.sql, one.name);
      }
    }
    auto brought = one_result(problem);
    if (!brought) {
      return tl::unexpected(brought.error());
    }
    found.push_back(std::move(*brought));
  }
  auto sync = next_result();
  if (!sync || problem) {
    return tl::unexpected(problem.value_or(sync ? failure{} : sync.error()));
  }
  return found;
}

/// The result of one message that was sent, and the end behind it.
answer<rows> connection::session::one_result(std::optional<failure>& problem) {
  auto one = next_result();
  if (!one) {
    return tl::unexpected(one.error());
  }
  if (*one && PQresultStatus(one->get()) == PGRES_FATAL_ERROR && !problem) {
    problem = failure_of(one->get());
    if (problem->what == failure::kind::lost) {
      return tl::unexpected(*problem);
    }
  }
  auto end = next_result();
  if (!end) {
    return tl::unexpected(end.error());
  }
  return rows(one->release());
}

} // namespace muster::persistence::postgres
