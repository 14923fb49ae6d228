#pragma once

#include "actors/model/command.hpp"
#include "actors/model/reply.hpp"
#include "persistence/cluster/node_ref.hpp"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace muster {

/// Where each poll of this node's clients is, from its arrival until the edge has said what became
/// of it, or it ended without content; so that the node that gave it an answer hears of that. Not
/// thread-safe.
class poll_book {
public:
  using node_ref = persistence::node_ref;

  /// It is at that node now; false: its client has gone, and it is not.
  bool park(poll_id poll, const node_ref& at);
  /// It has come back, or was never sent.
  void take_back(poll_id poll);
  /// It waits for an owner.
  void wait(poll_id poll);
  void erase(poll_id poll) { polls_.erase(poll); }
  bool is_abandoned(poll_id poll) const;

  struct next_step {
    /// Whom to tell; nullopt: nobody.
    std::optional<node_ref> tell;
    /// It waits for an owner, and nobody waits for it any more.
    bool drop = false;
  };
  /// What the edge says became of it.
  next_step report(const poll_report& what);

  /// It is answered; with content, or without, and then it is over. Returns who is to be told that
  /// its client has gone.
  std::optional<node_ref> answer(poll_id poll, bool content);

  void clear() { polls_.clear(); }

private:
  struct entry {
    enum class stage : std::uint8_t { on_its_way, waiting, parked, answered };

    stage is = stage::on_its_way;
    /// Where it is parked, or was answered.
    node_ref at;
    bool abandoned = false;
  };

  std::unordered_map<poll_id, entry> polls_;
};

} // namespace muster
