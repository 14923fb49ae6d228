#include "actors/service/token_check.hpp"

#include <algorithm>
#include <utility>

namespace muster {

token_check::token_check(find_revocations find, run_blocking read)
    : find_(std::move(find)),
      reads_(
          std::move(read), {.at_once = 8'192, .reads = 1, .waiting = 8'192},
          [this](const std::vector<question>& asked) { answer(asked); },
          [](const question& refused) { refused.found(fail(error_code::overloaded)); }) {}

void token_check::check(const user_id& user, const uuid& session, timestamp issued,
                        std::function<void(result<bool> valid)> found) {
  reads_.ask({user.value, session, issued, std::move(found)});
}

void token_check::answer(const std::vector<question>& asked) const {
  std::vector<uuid> subjects;
  for (const auto& one : asked) {
    subjects.push_back(one.user);
    subjects.push_back(one.session);
  }
  const auto ended = find_(subjects);
  for (const auto& one : asked) {
    one.found(ended.map([&](const auto& all) {
      return std::ranges::none_of(all, [&](const persistence::put_revocation& row) {
        return (row.subject == one.user || row.subject == one.session) &&
               one.issued < row.valid_from;
      });
    }));
  }
}

} // namespace muster
