#pragma once

#include "persistence/encoding/keys.hpp"
#include "persistence/rocksdb/database.hpp"
#include "persistence/store/mutation.hpp"
#include "persistence/store/precondition.hpp"

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace muster::persistence::rocks {

/// The directory's part of one batch: what it changes, in memory, so that preconditions and counts
/// see earlier writes of the same batch. `finish` writes it in the order of the keys, since rows
/// side by side cost the memtable far less than rows here and there. Used by one commit.
class directory_batch {
public:
  directory_batch(const database& from, rocksdb::WriteBatch& into) : from_(from), into_(into) {}

  result<bool> holds(const precondition& condition);

  void add(const put_device& row);
  void add(const put_credentials& row);
  /// Index entries of the device's info and credentials, and its relations.
  result<void> add(const erase_device& row);
  void add(const put_user& row);
  void add(const put_tenant& row);
  void add(const put_customer& row);
  result<void> add(const put_profile& row);
  void add(const put_package& row);
  void add(const erase_user& row);
  result<void> add(const erase_tenant& row);
  result<void> add(const erase_customer& row);
  result<void> add(const erase_profile& row);
  void add(const erase_package& row);
  void add(const put_revocation& row);
  void add(const put_setting& row);
  void add(const put_rule_chain& row);
  void add(const erase_rule_chain& row);
  void add(const put_relation& row);
  void add(const erase_relation& row);
  void add(const put_entity_attribute& row);
  void add(const erase_entity_attribute& row);
  /// Index entries of alarms.
  void add(const put_alarm& row);
  void add(const erase_alarm& row);
  void add(const put_audit& row);
  void add(const put_rule_event& row);
  void add(const erase_rule_events& row);
  void add(const put_job& row);
  void add(const erase_job& row);
  void put_place(const rpc_id& rpc, const device_id& device, timestamp ended);
  void erase_place(const rpc_id& rpc);
  /// Entries of the device's RPCs and alarms that this very batch has put.
  void erase_places_put_for(const device_id& device);

  /// Appends all rows and counts to the batch; to be called once, last.
  result<void> finish();

private:
  class judge;

  /// Null: there is none any more.
  using stored_row = std::optional<std::string>;

  void put_row(std::string&& key, std::string&& bytes);
  void erase_row(std::string&& key);
  /// Entries of lists and logs, which no condition of the batch looks at.
  void put_listed(std::string&& key, std::string&& bytes);
  void erase_listed(std::string&& key);
  result<void> put_counts();
  result<void> write(const std::string& key, const stored_row& bytes);
  /// As the batch leaves it so far; nullopt: no such row.
  result<std::optional<std::string>> find(const std::string& key);
  result<bool> absent(const std::string& key);
  /// As the batch leaves it so far.
  result<std::uint64_t> count(const std::string& key);
  /// Of an entity; 0: there is none. Remembered, since many writes of a batch rest on one profile.
  template <class Row>
  result<std::uint64_t> version_of(const std::string& key);

  result<bool> exists(const device_id& device);
  result<std::vector<std::string>> keys_of(const std::string& prefix);
  /// Relations and attributes of an entity.
  result<void> erase_all_of(const entity_ref& gone);

  /// Moves an index entry that points to `id` from one key to another; an absent key: none.
  void move_entry(std::optional<std::string> from, std::optional<std::string> to, const uuid& id);
  void list(const keys::owner& whose, const device_info& device);
  void unlist(const keys::owner& whose, const device_info& device);
  void index(const device_info& device);
  void unindex(const device_info& device);
  result<void> set_default(const device_profile& profile);
  template <class Id>
  void refer(const std::optional<Id>& to, std::int64_t change) {
    if (to) {
      counts_[keys::of_references(to->value)] += change;
    }
  }
  /// What the profile refers to.
  void refer(const device_profile& from, std::int64_t change);

  const database& from_;
  rocksdb::WriteBatch& into_;
  std::map<std::string, stored_row, std::less<>> rows_;
  std::vector<std::pair<std::string, stored_row>> listed_;
  /// From the first key up to the second one all that was there before the batch goes.
  std::vector<std::pair<std::string, std::string>> ranges_;
  std::map<std::string, std::int64_t> counts_;
  std::map<std::string, std::uint64_t> versions_;
  /// Devices that the batch has made or erased: whether they are there.
  std::unordered_map<device_id, bool> devices_;
};

} // namespace muster::persistence::rocks
