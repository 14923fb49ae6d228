#pragma once

#include "actors/cluster/links/links.hpp"
#include "actors/service/node_service.hpp"
#include "actors/service/timer.hpp"
#include "persistence/postgres/postgres_store.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string_view>

namespace muster {

/// What a node keeps in memory of the directory (rules, tokens, jobs) follows what the others
/// change: the database's log of changes is read each second, and at once when a peer says that it
/// has changed something. All of it is a hint, as what is decided rests on the rows: news may be
/// late or lost. While the log cannot be read for some seconds, the hints are not used. A thread of
/// its own.
class change_news {
public:
  struct dependencies {
    persistence::postgres_store& rows;
    node_service& core;
    links& peers;
    const clock_source& clock;
    node_ref self;
    /// A peer follows all that was durable when this node asked by that number.
    std::function<void(const node_ref& peer, std::uint64_t number)> obeyed;
  };

  /// All that is named outlives it.
  explicit change_news(dependencies needs);

  /// A peer's words, from `links`. Any thread; does not block.
  void hear(const node_ref& from, std::string_view news);
  /// Asks all peers to say when they follow what is durable now: see `obeyed`. Any thread; does not
  /// block.
  void ask(std::uint64_t number);
  /// This node has changed the directory: tells the peers, soon. Any thread; does not block.
  void changed() { changed_ = true; }
  /// A device has other credentials now. Any thread; does not block.
  void changed(const token_digest& token);
  /// Says what is to be said; every 20 ms or so.
  void tick();
  /// The log was read some seconds ago at most. Any thread.
  bool fresh() const noexcept;
  /// Ends the thread.
  void stop() { reading_.stop(); }

private:
  void read();
  result<void> follow(const persistence::change_notes& heard);
  void hear_question(const node_ref& from, std::uint64_t number);

  dependencies needs_;
  std::mutex asked_lock_;
  /// Who waits for what this node reads next, with the highest number.
  std::map<node_ref, std::uint64_t> asked_;
  /// Steady time at which the last reading that succeeded began.
  std::atomic<milliseconds> read_at_;
  milliseconds next_distrust_ = 0;
  std::atomic<bool> changed_ = false;
  std::uint64_t position_ = 0;
  bool failing_ = false;
  timer reading_;
};

} // namespace muster
