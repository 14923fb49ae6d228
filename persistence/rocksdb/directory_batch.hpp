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

namespace muster::persistence::rocks {

/// The directory's part of one batch, with an overlay of what the batch has changed so far, so that
/// preconditions and counts see earlier writes of the same batch. Used by one commit.
class directory_batch {
public:
  directory_batch(const database& from, rocksdb::WriteBatch& into) : from_(from), into_(into) {}

  result<bool> holds(const precondition& condition);

  result<void> add(const put_device& row);
  result<void> add(const put_credentials& row);
  /// Index entries of the device's info and credentials.
  result<void> add(const erase_device& row);
  result<void> add(const put_user& row);
  result<void> add(const put_tenant& row);
  result<void> add(const put_customer& row);
  result<void> add(const put_profile& row);
  result<void> add(const put_package& row);
  result<void> add(const erase_user& row);
  result<void> add(const erase_tenant& row);
  result<void> add(const erase_customer& row);
  result<void> add(const erase_profile& row);
  result<void> add(const erase_package& row);
  result<void> add(const put_revocation& row);
  result<void> add(const put_setting& row);
  result<void> add(const put_audit& row);
  result<void> add(const put_job& row);
  result<void> add(const erase_job& row);
  result<void> put_place(const rpc_id& rpc, const device_id& device, timestamp ended);
  result<void> erase_place(const rpc_id& rpc);
  /// Entries of the device's RPCs that this very batch has put.
  result<void> erase_places_put_for(const device_id& device);

  /// Writes the counts; to be called once, last.
  result<void> finish();

private:
  class judge;

  result<void> put_row(const std::string& key, std::string_view row);
  result<void> erase_row(const std::string& key);
  /// Entries of lists, which no condition of the batch looks at: past the overlay.
  result<void> put_listed(const std::string& key, std::string_view row);
  result<void> erase_listed(const std::string& key);
  /// As the batch leaves it so far; nullopt: no such row.
  result<std::optional<std::string>> find(const std::string& key);
  result<bool> absent(const std::string& key);
  /// As the batch leaves it so far.
  result<std::uint64_t> count(const std::string& key);
  /// Of an entity; 0: there is none. Remembered, since many writes of a batch rest on one profile.
  template <class Row>
  result<std::uint64_t> version_of(const std::string& key);

  /// Moves an index entry that points to `id` from one key to another; an absent key: none.
  result<void> move_entry(const std::optional<std::string>& from,
                          const std::optional<std::string>& to, const uuid& id);
  result<void> list(const keys::owner& whose, const device_info& device);
  result<void> unlist(const keys::owner& whose, const device_info& device);
  result<void> index(const device_info& device);
  result<void> unindex(const device_info& device);
  result<void> set_default(const device_profile& profile);
  void refer(const std::optional<package_id>& to, std::int64_t change);

  const database& from_;
  rocksdb::WriteBatch& into_;
  std::map<std::string, std::optional<std::string>, std::less<>> overlay_;
  std::map<std::string, std::int64_t> counts_;
  std::map<std::string, std::uint64_t> versions_;
};

} // namespace muster::persistence::rocks
