#pragma once

#include "actors/registry/registry.hpp"
#include "actors/service/service.hpp"
#include "actors/service/token_cache.hpp"
#include "persistence/store/store.hpp"

#include <cstddef>
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

  token_lookup(persistence::store& rows, token_cache& cache, run_blocking read)
      : rows_(rows), cache_(cache), read_(std::move(read)) {}

  /// Calls `found` on a reading thread, or here with overloaded.
  void find(std::string token, callback found);

private:
  static constexpr std::size_t most_reads = 256;
  static constexpr std::size_t most_waiting = 1'024;

  void finish(const token_digest& digest, const result<std::optional<token_owner>>& outcome);
  void read(const token_digest& digest, const std::string& token);

  persistence::store& rows_;
  token_cache& cache_;
  run_blocking read_;
  std::mutex mutex_;
  std::map<token_digest, std::vector<callback>> waiting_;
};

} // namespace muster
