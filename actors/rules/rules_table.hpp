#pragma once

#include "actors/model/rule_chain.hpp"
#include "actors/rules/owner_attributes.hpp"
#include "actors/rules/rules_entry.hpp"
#include "persistence/store/store.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster {

class script_engine;

/// The rules of all profiles whose devices have spoken since the start. An entry is made by the
/// first use, from the store, and changed by whoever hears of a commit. Reads of the store and news
/// of commits may overtake each other: the higher version wins. Thread-safe.
class rules_table {
public:
  /// Both outlive it.
  rules_table(persistence::store& rows, script_engine& scripts)
      : rows_(rows), scripts_(scripts), owners_(rows) {}
  ~rules_table();
  rules_table(const rules_table&) = delete;
  rules_table& operator=(const rules_table&) = delete;

  /// Reads what is not known yet: for threads that may block. Never null.
  result<const rules_entry*> get(const tenant_id& tenant, const profile_id& profile);

  /// The entry as far as it is known; false: it has to be read by `get` to say what holds. Does not
  /// read the disk.
  std::pair<const rules_entry*, bool> peek(const tenant_id& tenant, const profile_id& profile);

  /// The entry of that number, which an entry has said; 0: null. Waits for nothing.
  const rules_entry* at(std::uint32_t number) const noexcept;

  /// The chains of each tenant whose devices have spoken, as they are now.
  std::vector<std::pair<tenant_id, std::shared_ptr<const rule_chains>>> chains() const;
  /// Whether the time that nodes of chains take is wanted.
  void take_times(bool on) noexcept { timed_.store(on, std::memory_order_relaxed); }

  /// What is known may be too old: `get` reads it again. Until then it holds.
  void distrust();

  /// What alarm rules ask of customers and tenants; as old as the table.
  owner_attributes& owners() noexcept { return owners_; }

  // A commit has changed this. Do not read the disk.
  void changed(const device_profile& profile);
  void changed(const tenant& now);
  void deleted(const tenant_id& tenant);
  void changed(const rule_chain& chain);
  void deleted(const tenant_id& tenant, const rule_chain_id& chain);
  /// Of whichever tenant it was.
  void deleted(const rule_chain_id& chain);

private:
  struct tenant_part {
    std::uint64_t version = 0;
    bool loaded = false;
    bool gone = false;
    tenant_limits limits;
    bool chains_loaded = false;
    /// Null: none is known yet.
    std::shared_ptr<const rule_chains> chains;
    /// So that a read that began before does not bring them back.
    std::set<rule_chain_id> deleted_chains;
    std::vector<profile_id> profiles;
  };
  struct profile_part {
    tenant_id tenant;
    std::uint64_t version = 0;
    bool loaded = false;
    profile_rules rules;
    std::optional<rule_chain_id> chain;
    std::shared_ptr<const alarm_programs> alarms;
    rules_entry* entry = nullptr;
  };

  // With the lock held.
  profile_part& place(const tenant_id& tenant, const profile_id& profile);
  rules_entry& make_entry();
  void compose_for(const profile_id& id, const tenant_part& tenant);
  void compose_all(const tenant_part& tenant);

  result<void> load_tenant(const tenant_id& tenant);
  result<void> load_profile(const profile_id& profile);
  result<void> load_chains(const tenant_id& tenant);

  persistence::store& rows_;
  script_engine& scripts_;
  owner_attributes owners_;
  mutable std::mutex mutex_;
  std::unordered_map<tenant_id, tenant_part> tenants_;
  std::unordered_map<profile_id, profile_part> profiles_;
  /// Blocks of 1, 2, 4, ... entries: they never move, so that `at` needs no lock.
  std::array<std::atomic<rules_entry*>, 32> blocks_{};
  std::uint32_t entries_ = 0;
  std::atomic<bool> timed_{false};
};

} // namespace muster
