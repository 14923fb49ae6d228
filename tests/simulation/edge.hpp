#pragma once

#include "actors/model/reply.hpp"
#include "tests/simulation/process.hpp"

#include <functional>
#include <map>

namespace muster::test {

/// What clients wait for, of all nodes, and who has had his answer.
class requests {
public:
  explicit requests(world& in) : world_(in) {}

  struct waiting {
    /// The client's: null: its connection is gone.
    std::function<void(const reply*)> answered;
    const process* at = nullptr;
    /// World time by which there must be an answer, if its node lives on.
    milliseconds until = 0;
  };

  std::uint64_t add(waiting what);
  /// A node gives the answer; a second one is a mistake.
  void given(std::uint64_t request);
  void arrived(std::uint64_t request, const reply& what);
  /// The process has ended: who waits there finds his connection gone.
  void lost(const process& at);
  /// Notes those that wait for too long.
  void check_overdue();
  std::size_t waiting_count() const noexcept { return waiting_.size(); }

private:
  world& world_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, waiting> waiting_;
  /// Given, and on its way to the client.
  std::map<std::uint64_t, waiting> on_their_way_;
};

/// A node's side of its clients' connections.
class edge final : public reply_sink {
public:
  edge(world& in, process& at, requests& asked) : world_(in), at_(at), asked_(asked) {}

  void push(std::vector<completion> batch) noexcept override;
  reply_handle handle(std::uint64_t request) { return reply_handle({this, 1, request}); }

private:
  world& world_;
  process& at_;
  requests& asked_;
};

} // namespace muster::test
