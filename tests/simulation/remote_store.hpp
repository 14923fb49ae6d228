#pragma once

#include "persistence/postgres/shard_book.hpp"
#include "tests/simulation/database.hpp"
#include "tests/simulation/process.hpp"
#include "tests/support/forwarding_store.hpp"

#include <optional>
#include <vector>

namespace muster::test {

/// The store as a process reaches it: over a network, from threads that wait, and with the same
/// care for answers that were lost as persistence/postgres takes (`commit_session`): what is in
/// doubt is settled by a write before anything else of the shard is done.
class remote_store final : public forwarding_store {
public:
  remote_store(process& here, world& in, database& common);

  /// Whose writes these are; before anything is committed.
  void set_self(const node_ref& self) { self_ = self; }

  void own(const persistence::owned_shard& which);
  void disown(shard_id shard);

  std::vector<persistence::write_outcome>
  commit(std::span<const persistence::write> batch) override;
  result<std::optional<persistence::device_rows>> read_device(const device_id& device) override;
  using device_read = result<std::optional<persistence::device_rows>>;
  /// Many by one call.
  std::vector<device_read> read_devices(std::span<const device_id> devices);
  result<std::vector<persistence::due_entry>> read_due(shard_id shard, timestamp until,
                                                       std::size_t limit) override;

  /// Settles what is in doubt, unless a commit is under way.
  void tend();

private:
  using outcomes = std::vector<persistence::write_outcome>;
  using answered_commit = std::optional<outcomes>;
  struct part {
    const persistence::write* change;
    persistence::write_outcome* outcome;
  };

  enum class ending : std::uint8_t { done, again };

  void carry_out(std::vector<part>& parts);
  std::vector<shard_mark> marks_of(std::vector<part>& parts) const;
  ending attempt(const std::vector<part>& parts, const std::vector<shard_mark>& expects);
  ending finish_unknown(const std::vector<part>& parts, const std::vector<shard_mark>& expects);
  void find_lost(const std::vector<shard_mark>& expects);
  bool settle(const std::vector<shard_mark>& doubts);
  static void fail_all(const std::vector<part>& parts);

  process& here_;
  world& world_;
  database& common_;
  node_ref self_;
  persistence::postgres::shard_book book_;
  bool busy_ = false;
  /// What the last settling found; absent: none of the rows is ours any more.
  std::optional<std::uint64_t> found_;
};

} // namespace muster::test
