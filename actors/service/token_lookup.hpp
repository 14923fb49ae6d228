#pragma once

#include "actors/registry/gathered_reads.hpp"
#include "actors/rules/rules_table.hpp"
#include "actors/service/service.hpp"
#include "actors/service/token_cache.hpp"
#include "persistence/store/store.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster {

/// Finds tokens the cache does not know. Requests with one token share one read, and there are at
/// most so many reads at a time, so that guessing tokens takes the reading threads from nobody
/// else. Thread-safe.
class token_lookup {
public:
  using callback = std::function<void(result<std::optional<token_owner>>)>;
  using stored_owner = result<std::optional<persistence::token_owner>>;
  /// Finds many, in their order, as fast as one.
  using find_many = std::function<std::vector<stored_owner>(std::span<const std::string>)>;

  /// Without `many` they are found one by one. `read` runs nothing any more when this ends.
  token_lookup(persistence::store& rows, rules_table& rules, token_cache& cache, run_blocking read,
               find_many many = {});

  /// Calls `found` on a reading thread, or here with overloaded.
  void find(std::string token, callback found);

  /// The device of that token has other credentials now, or another profile. What a look-up under
  /// way has read may be older, so it is not kept.
  void changed(const std::string& token) { changed(digest_of(token)); }
  void changed(const token_digest& token);
  /// The same of whatever tokens these devices have.
  void changed(const std::unordered_set<device_id>& devices);

private:
  struct question {
    token_digest digest{};
    std::string token;
  };
  /// Different tokens that are looked for, one by one and together.
  static constexpr std::size_t most_alone = 256;
  static constexpr std::size_t most_together = 8'192;
  static constexpr std::size_t most_waiting = 1'024;

  void finish(const token_digest& digest, const result<std::optional<token_owner>>& outcome);
  void read(const std::vector<question>& questions);
  std::vector<stored_owner> find_rows(const std::vector<question>& questions) const;
  /// What the row says; kept, if nothing has changed since `before`.
  result<std::optional<token_owner>> owner_of(const token_digest& digest, const stored_owner& row,
                                              std::uint64_t before);

  persistence::store& rows_;
  rules_table& rules_;
  token_cache& cache_;
  find_many find_many_;
  const std::size_t most_tokens_;
  gathered_reads<question> reads_;
  std::atomic<std::uint64_t> changes_{0};
  std::mutex mutex_;
  std::map<token_digest, std::vector<callback>> waiting_;
};

} // namespace muster
