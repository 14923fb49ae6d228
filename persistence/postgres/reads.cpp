#include "persistence/postgres/reads.hpp"

#include <limits>

namespace muster::persistence::postgres {

timestamp retention::oldest() const noexcept {
  constexpr auto lowest = std::numeric_limits<timestamp>::min();
  if (seconds <= 0 || seconds > std::numeric_limits<std::int64_t>::max() / 2000 ||
      now < lowest + seconds * 1000) {
    return lowest;
  }
  return now - seconds * 1000;
}

result<rows> ask(connection& session, std::string_view sql, const parameters& given) {
  return session.run(sql, given).map_error(to_error);
}

void begin_snapshot(connection& session) {
  session.queue("begin isolation level repeatable read read only");
}

result<std::vector<rows>> ask_snapshot(connection& session) {
  session.queue("commit");
  auto answers = session.flush();
  if (!answers) {
    if (session.alive()) {
      session.roll_back();
    }
    return tl::unexpected(to_error(answers.error()));
  }
  answers->erase(answers->begin());
  answers->pop_back();
  return std::move(*answers);
}

} // namespace muster::persistence::postgres
