#pragma once

#include <cstddef>
#include <memory>

namespace caf {
class actor_system;
}

namespace muster {

/// CAF's system of one node: a few threads that share one queue, nothing read from files, no
/// middleman.
class actor_runtime {
public:
  explicit actor_runtime(std::size_t threads);
  /// Waits for all actors to end.
  ~actor_runtime();

  caf::actor_system& system() noexcept;

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace muster
