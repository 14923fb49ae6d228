#include "actors/service/token_lookup.hpp"

#include <utility>

namespace muster {

void token_lookup::find(std::string token, callback found) {
  const token_digest digest = digest_of(token);
  {
    std::unique_lock lock(mutex_);
    const auto known = waiting_.find(digest);
    if (known != waiting_.end() && known->second.size() < most_waiting) {
      known->second.push_back(std::move(found));
      return;
    }
    if (known != waiting_.end() || waiting_.size() >= most_reads) {
      lock.unlock();
      return found(fail(error_code::overloaded));
    }
    waiting_[digest].push_back(std::move(found));
  }
  if (!read_([this, digest, token = std::move(token)] { read(digest, token); })) {
    finish(digest, fail(error_code::overloaded));
  }
}

void token_lookup::read(const token_digest& digest, const std::string& token) {
  const auto row = rows_.find_token(token);
  if (!row) {
    return finish(digest, tl::unexpected(row.error()));
  }
  if (!*row) {
    cache_.forget(digest);
    return finish(digest, std::optional<token_owner>());
  }
  const token_owner owner{(*row)->device, (*row)->credentials_version};
  cache_.put(digest, owner);
  finish(digest, std::optional<token_owner>(owner));
}

void token_lookup::finish(const token_digest& digest,
                          const result<std::optional<token_owner>>& outcome) {
  std::vector<callback> callers;
  {
    std::lock_guard guard(mutex_);
    callers = std::move(waiting_.extract(digest).mapped());
  }
  for (const callback& found : callers) {
    found(outcome);
  }
}

} // namespace muster
