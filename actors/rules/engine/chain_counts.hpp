#pragma once

#include "actors/model/relation.hpp"
#include "actors/model/time.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// The last message that a node failed with.
struct node_failure {
  std::string why;
  entity_ref originator;
  /// Wall time.
  timestamp at = 0;
};

/// What one node has done.
struct node_figures {
  std::uint64_t messages = 0;
  std::uint64_t errors = 0;
  /// While times were taken.
  std::uint64_t nanoseconds = 0;
  std::optional<node_failure> last_error;
};

struct chain_figures {
  /// Messages that came into the chain, from devices or from chains that call it.
  std::uint64_t messages = 0;
  std::vector<node_figures> nodes;
};

/// Counts what passes the nodes of one chain since it was made ready: a chain that is changed
/// begins anew. Thread-safe; each of the actors' threads counts in memory of its own, which it gets
/// when it first runs the chain.
class chain_counts {
public:
  explicit chain_counts(std::size_t nodes);
  ~chain_counts();
  chain_counts(const chain_counts&) = delete;
  chain_counts& operator=(const chain_counts&) = delete;

  void entered() noexcept;
  void reached(std::uint32_t node) noexcept;
  void worked(std::uint32_t node, std::uint64_t nanoseconds) noexcept;
  void failed(std::uint32_t node, std::string_view why, const entity_ref& originator,
              timestamp now);

  chain_figures read() const;

private:
  struct lane;

  /// Threads beyond that many share lanes.
  static constexpr std::size_t lane_count = 16;

  lane& mine() noexcept;

  const std::size_t nodes_;
  std::array<std::atomic<lane*>, lane_count> lanes_{};
  mutable std::mutex failures_lock_;
  /// By node; empty until something fails.
  std::vector<std::optional<node_failure>> failures_;
};

} // namespace muster
