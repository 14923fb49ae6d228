#pragma once

#include "actors/model/entity.hpp"
#include "actors/registry/gathered_reads.hpp"
#include "persistence/store/mutation.hpp"

#include <functional>
#include <span>
#include <vector>

namespace muster {

/// Whether users' tokens are good still, asked of the database after the request came: what a
/// log-out or a new password has ended is refused on every node from the moment that it was
/// answered. All that ask while a read is under way share the next one. Thread-safe.
class token_check {
public:
  /// The revocations of these users and sessions, by a read that begins now.
  using find_revocations =
      std::function<result<std::vector<persistence::put_revocation>>(std::span<const uuid>)>;

  /// `read` runs nothing any more when this ends.
  token_check(find_revocations find, run_blocking read);

  /// Calls `found` on a reading thread, or here with overloaded.
  void check(const user_id& user, const uuid& session, timestamp issued,
             std::function<void(result<bool> valid)> found);

private:
  struct question {
    uuid user;
    uuid session;
    timestamp issued = 0;
    std::function<void(result<bool>)> found;
  };

  void answer(const std::vector<question>& asked) const;

  find_revocations find_;
  gathered_reads<question> reads_;
};

} // namespace muster
