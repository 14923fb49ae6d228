#include "actors/service/token_check.hpp"

#include <algorithm>
#include <utility>

namespace muster {

void token_check::check(const user_id& user, const uuid& session, timestamp issued,
                        std::function<void(result<bool> valid)> found) {
  {
    std::unique_lock lock(mutex_);
    if (waiting_.size() >= most_waiting) {
      lock.unlock();
      return found(fail(error_code::overloaded));
    }
    waiting_.push_back({user.value, session, issued, std::move(found)});
    if (std::exchange(reading_, true)) {
      return;
    }
  }
  start();
}

void token_check::start() {
  if (read_([this] { read(); })) {
    return;
  }
  std::vector<question> refused;
  {
    const std::lock_guard lock(mutex_);
    reading_ = false;
    refused = std::exchange(waiting_, {});
  }
  for (const auto& one : refused) {
    one.found(fail(error_code::overloaded));
  }
}

void token_check::read() {
  std::vector<question> asked;
  {
    const std::lock_guard lock(mutex_);
    asked = std::exchange(waiting_, {});
  }
  std::vector<uuid> subjects;
  for (const auto& one : asked) {
    subjects.push_back(one.user);
    subjects.push_back(one.session);
  }
  const auto ended = find_(subjects);
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    more = reading_ = !waiting_.empty();
  }
  if (more) {
    start();
  }
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
