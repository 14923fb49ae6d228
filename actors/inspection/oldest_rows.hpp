#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster {

/// Of many rows those that have waited longest, by their `age`; no more than so many are in memory.
/// Of one thread at a time.
class oldest_rows {
public:
  using json = nlohmann::ordered_json;

  explicit oldest_rows(std::size_t most) : most_(most) {}

  void add(json&& row);
  /// Rows that were added.
  std::uint64_t total() const noexcept { return total_; }
  /// Those that are kept, the oldest first. Once.
  std::vector<json> take();

private:
  std::size_t most_;
  std::uint64_t total_ = 0;
  /// A heap, on top the one that has waited shortest.
  std::vector<json> kept_;
};

} // namespace muster
