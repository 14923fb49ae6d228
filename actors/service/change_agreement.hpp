#pragma once

#include "actors/device/settings.hpp"
#include "actors/model/reply.hpp"
#include "actors/model/time.hpp"
#include "persistence/cluster/node_ref.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace muster {

/// Holds the answers to changes that every node obeys (rule chains, profiles) until each other node
/// of the cluster has said that it does, or was declared dead and can answer nothing any more. A
/// node that is alive and says nothing makes the answer an error after ten seconds: the change is
/// durable then, and the message says so. Thread-safe; no member blocks.
class change_agreement final : private reply_sink {
public:
  struct dependencies {
    const clock_source& clock;
    /// Asks all other nodes to say, by that number, when they obey what is durable now.
    std::function<void(std::uint64_t number)> ask;
  };

  explicit change_agreement(dependencies needs) : needs_(std::move(needs)) {}

  /// The handle to carry out the change with, in place of `to`; does not outlive this.
  reply_handle hold(reply_handle to);

  /// The other nodes that are not dead.
  void others(const std::vector<persistence::node_ref>& now);

  /// That node obeys all that was asked for up to the number.
  void obeys(const persistence::node_ref& node, std::uint64_t number);

  /// Asks again, gives up; every 20 ms or so.
  void tick();

private:
  struct held {
    completion answer;
    std::uint64_t number = 0;
    milliseconds until = never;
    /// From which steady time on the node is not waited for.
    std::map<persistence::node_ref, milliseconds> waits_for;
  };

  void push(std::vector<completion> batch) noexcept override;
  /// With the lock held: takes out what waits for nobody.
  std::vector<completion> agreed(milliseconds now);
  static void answer(std::vector<completion>&& ready);

  dependencies needs_;
  std::mutex mutex_;
  std::vector<persistence::node_ref> others_;
  std::map<std::uint64_t, reply_handle> expected_;
  std::uint64_t expected_last_ = 0;
  std::vector<held> held_;
  std::uint64_t last_number_ = 0;
  milliseconds ask_again_ = 0;
};

} // namespace muster
