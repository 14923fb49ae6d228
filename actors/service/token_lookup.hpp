#pragma once

#include "actors/registry/registry.hpp"
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
#include <string>
#include <vector>

namespace muster {

/// Finds tokens the cache does not know. Requests with one token share one read, and there are at
/// most 256 reads at a time, so that guessing tokens takes the reading threads from nobody else.
/// Thread-safe.
class token_lookup {
public:
  using callback = std::function<void(result<std::optional<token_owner>>)>;

  token_lookup(persistence::store& rows, rules_table& rules, token_cache& cache, run_blocking read)
      : rows_(rows), rules_(rules), cache_(cache), read_(std::move(read)) {}

  /// Calls `found` on a reading thread, or here with overloaded.
  void find(std::string token, callback found);

  /// The device of that token has other credentials now, or another profile. What a look-up under
  /// way has read may be older, so it is not kept.
  void changed(const std::string& token) { changed(digest_of(token)); }
  void changed(const token_digest& token);
  /// The same of whatever tokens these devices have.
  void changed(const std::unordered_set<device_id>& devices);

private:
  static constexpr std::size_t most_reads = 256;
  static constexpr std::size_t most_waiting = 1'024;

  void finish(const token_digest& digest, const result<std::optional<token_owner>>& outcome);
  result<std::optional<token_owner>> read(const token_digest& digest, const std::string& token);

  persistence::store& rows_;
  rules_table& rules_;
  token_cache& cache_;
  run_blocking read_;
  std::atomic<std::uint64_t> changes_{0};
  std::mutex mutex_;
  std::map<token_digest, std::vector<callback>> waiting_;
};

} // namespace muster
