#include "actors/rules/engine/chain_counts.hpp"

#include <utility>

namespace muster {

namespace {

constexpr std::size_t cache_line = 64;
/// Longer texts are cut: they are for a table.
constexpr std::size_t longest_failure = 500;

struct alignas(cache_line) node_count {
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<std::uint64_t> nanoseconds{0};
};

std::size_t number_of_this_thread() noexcept {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return number;
}

void count(std::atomic<std::uint64_t>& to, std::uint64_t amount = 1) noexcept {
  to.fetch_add(amount, std::memory_order_relaxed);
}

std::uint64_t read_count(const std::atomic<std::uint64_t>& from) noexcept {
  return from.load(std::memory_order_relaxed);
}

} // namespace

struct chain_counts::lane {
  explicit lane(std::size_t count) : nodes(std::make_unique<node_count[]>(count)) {}

  alignas(cache_line) std::atomic<std::uint64_t> entered{0};
  const std::unique_ptr<node_count[]> nodes;
};

chain_counts::chain_counts(std::size_t nodes) : nodes_(nodes) {}

chain_counts::~chain_counts() {
  for (auto& one : lanes_) {
    delete one.load();
  }
}

chain_counts::lane& chain_counts::mine() noexcept {
  auto& place = lanes_[number_of_this_thread() % lane_count];
  lane* found = place.load(std::memory_order_acquire);
  if (found == nullptr) {
    auto made = std::make_unique<lane>(nodes_);
    if (place.compare_exchange_strong(found, made.get(), std::memory_order_acq_rel)) {
      found = made.release();
    }
  }
  return *found;
}

void chain_counts::entered() noexcept {
  count(mine().entered);
}

void chain_counts::reached(std::uint32_t node) noexcept {
  count(mine().nodes[node].messages);
}

void chain_counts::worked(std::uint32_t node, std::uint64_t nanoseconds) noexcept {
  count(mine().nodes[node].nanoseconds, nanoseconds);
}

void chain_counts::failed(std::uint32_t node, std::string_view why, const entity_ref& originator,
                          timestamp now) {
  count(mine().nodes[node].errors);
  // Where many fail at once it is no matter whose failure is told, so nobody waits here.
  const std::unique_lock guard(failures_lock_, std::try_to_lock);
  if (guard) {
    failures_.resize(nodes_);
    failures_[node] = node_failure{std::string(why.substr(0, longest_failure)), originator, now};
  }
}

chain_figures chain_counts::read() const {
  chain_figures sum;
  sum.nodes.resize(nodes_);
  for (const auto& place : lanes_) {
    const lane* one = place.load(std::memory_order_acquire);
    if (one == nullptr) {
      continue;
    }
    sum.messages += read_count(one->entered);
    for (std::size_t at = 0; at < nodes_; ++at) {
      sum.nodes[at].messages += read_count(one->nodes[at].messages);
      sum.nodes[at].errors += read_count(one->nodes[at].errors);
      sum.nodes[at].nanoseconds += read_count(one->nodes[at].nanoseconds);
    }
  }
  const std::lock_guard guard(failures_lock_);
  for (std::size_t at = 0; at < failures_.size(); ++at) {
    sum.nodes[at].last_error = failures_[at];
  }
  return sum;
}

} // namespace muster
