#pragma once

#include "persistence/encoding/keys.hpp"
#include "persistence/rocksdb/database.hpp"
#include "persistence/store/mutation.hpp"

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

  result<void> put(const put_device& row);
  result<void> put(const put_credentials& row);
  result<void> put(const put_user& row);
  result<void> put(const put_tenant& row);
  result<void> put(const put_customer& row);
  result<void> put(const put_profile& row);
  result<void> put(const put_revocation& row);
  result<void> put(const put_setting& row);
  result<void> put_place(const rpc_id& rpc, const device_id& device, timestamp ended);
  result<void> erase_place(const rpc_id& rpc);
  /// Index entries of the device's info and credentials.
  result<void> erase(const erase_device& row);
  /// Entries of the device's RPCs that this very batch has put.
  result<void> erase_places_put_for(const device_id& device);

  /// Writes the counts; to be called once, last.
  result<void> finish();

private:
  result<void> put_row(const std::string& key, std::string_view row);
  result<void> erase_row(const std::string& key);
  /// As the batch leaves it so far; nullopt: no such row.
  result<std::optional<std::string>> find(const std::string& key);
  result<bool> absent(const std::string& key);

  result<void> list(const keys::owner& whose, const device_info& device);
  result<void> unlist(const keys::owner& whose, const device_info& device);
  result<void> index(const device_info& device);
  result<void> unindex(const device_info& device);
  result<void> set_default(const device_profile& profile);

  const database& from_;
  rocksdb::WriteBatch& into_;
  std::map<std::string, std::optional<std::string>, std::less<>> overlay_;
  std::map<std::string, std::int64_t> counts_;
};

} // namespace muster::persistence::rocks
