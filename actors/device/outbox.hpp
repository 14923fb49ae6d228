#pragma once

#include "actors/device/effects.hpp"
#include "actors/device/settings.hpp"
#include "actors/rules/engine/chain_work.hpp"
#include "persistence/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace muster {

struct rule_chains;

/// What the rule chains of one device have left to be done, durably: each item is a row until the
/// commit in which its chain goes on, so it is never lost, and goes on once.
///
/// Items that wait for a time, or for the device's answer, lie here only. The others are carried
/// out by the host: of each node one at a time, in the order in which they were left.
class outbox {
public:
  explicit outbox(const device_settings& settings) noexcept : settings_(&settings) {}
  /// The rows at activation, with the stored deadline. Rows that cannot be read stay where they
  /// are; `unreadable` says how many.
  outbox(const device_settings& settings, std::vector<persistence::outbox_row>&& rows,
         std::optional<timestamp> due);

  /// Error: overloaded, when there are too many items or bytes.
  result<std::uint64_t> add(left_work&& what, instant now, effects& out);
  /// Whether one more of any usual size may come.
  bool has_room() const noexcept;
  std::size_t waiting(const node_place& at) const noexcept;

  /// Whether the message of that number in that device's outbox has gone on at the node here
  /// before. If not, it is known from this commit on that it has: for a week, of the last 10 000
  /// devices and nodes. They are brought by rising numbers.
  bool came_before(const node_place& at, const device_id& from, std::uint64_t number, instant now,
                   effects& out);

  /// The rows of an outbox that begins with that.
  static std::vector<persistence::outbox_row> first_rows(std::vector<left_work>&& what);
  /// What the chain of a device that is just made is told, as rows of its making.
  static void first_messages(std::vector<rule_message>&& what, timestamp now,
                             std::vector<persistence::mutation>& into);

  /// Takes the item out with its row. nullopt: it is gone.
  std::optional<left_work> take(std::uint64_t number, effects& out);
  /// The item of that RPC.
  std::optional<left_work> take_rpc(rpc_number number, effects& out);

  /// What is over by time, with what became of it; at most `most_at_once`.
  struct ended {
    left_work what;
    work_outcome outcome;
  };
  static constexpr std::size_t most_at_once = 100;
  std::vector<ended> take_due(timestamp now, effects& out);

  /// Has the host begin all that it is to carry out, after activation.
  void begin_all(effects& out);
  /// What was begun could not be tried: again after a pause that grows.
  void postpone(std::uint64_t number, instant now);
  void begin_postponed(instant now, effects& out);

  /// Moves the durable deadline when it has come.
  void settle_due(timestamp now, effects& out);
  std::optional<timestamp> due() const noexcept { return due_; }
  /// Steady time at which `take_due`, `begin_postponed` or `settle_due` has something.
  milliseconds next_deadline(instant now) const noexcept;

  /// The tenant's chains as they were last known: those of a profile that the device was just moved
  /// to may not be read yet.
  void know(std::shared_ptr<const rule_chains> chains) noexcept { chains_ = std::move(chains); }
  const std::shared_ptr<const rule_chains>& chains() const noexcept { return chains_; }

  /// There is nothing, and no deadline.
  bool drained() const noexcept { return items_.empty() && unreadable_ == 0 && !due_; }
  /// The last row of one that is drained and never used again.
  static void forget_numbers(effects& out);

  /// An item, for people.
  struct listed {
    std::uint64_t number = 0;
    std::shared_ptr<const left_work> what;
    /// When it is over by itself.
    std::optional<timestamp> until;
    bool under_way = false;
    std::uint32_t failures = 0;
  };
  /// What waits, the oldest first, at most so many.
  std::vector<listed> list(std::size_t most) const;

  /// Something is being carried out.
  bool under_way() const noexcept { return under_way_ > 0; }
  std::size_t size() const noexcept { return items_.size() - marks_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t unreadable() const noexcept { return unreadable_; }

private:
  struct item {
    std::shared_ptr<const left_work> what;
    std::size_t bytes = 0;
    bool begun = false;
    std::uint32_t failures = 0;
    /// Steady time; never: not postponed.
    milliseconds again_at = never;
  };
  using items = std::map<std::uint64_t, item>;

  void insert(std::uint64_t number, left_work&& what, std::size_t bytes);
  left_work remove(items::iterator at, effects& out);
  /// Of a message that was handed over; its row stays.
  void forget_mark(items::iterator at);
  void begin(std::uint64_t number, item& which, effects& out);
  ended take_pack(std::uint64_t number, effects& out);
  void put_due(timestamp at, effects& out);
  std::uint64_t next_number(effects& out);

  const device_settings* settings_;
  items items_;
  std::size_t bytes_ = 0;
  /// Of those that wait for one.
  std::set<std::pair<timestamp, std::uint64_t>> times_;
  /// Of those that are carried out, by node.
  std::map<node_place, std::deque<std::uint64_t>> lines_;
  std::map<node_place, std::size_t> at_node_;
  /// Items that tell of messages of other devices: they wait for nothing.
  std::map<std::pair<device_id, node_place>, std::uint64_t> marks_;
  std::size_t under_way_ = 0;
  std::size_t unreadable_ = 0;
  std::uint64_t used_ = 0;
  std::uint64_t reserved_ = 0;
  std::optional<timestamp> due_;
  std::shared_ptr<const rule_chains> chains_;
};

} // namespace muster
