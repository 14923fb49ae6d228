#pragma once

#include "persistence/rocksdb/transfer/import_batch.hpp"
#include "persistence/rocksdb/transfer/import_report.hpp"
#include "persistence/store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace muster::persistence::rocks {

/// What stands for the entities of the other store that devices rest on; others stay as they are.
class id_map {
public:
  void put(const uuid& from, const uuid& to) { ids_[from] = to; }
  void apply(uuid& id) const {
    if (const auto found = ids_.find(id); found != ids_.end()) {
      id = found->second;
    }
  }
  template <class Id>
  void apply(Id& id) const {
    apply(id.value);
  }
  template <class Id>
  void apply(std::optional<Id>& id) const {
    if (id) {
      apply(id->value);
    }
  }

private:
  std::unordered_map<uuid, uuid> ids_;
};

/// Rows of devices, each device's in the order of an export: its info first. Of one thread.
class device_import {
public:
  device_import(staged_store& into, import_batch& batch, const id_map& ids, bool replace,
                import_report& report)
      : into_(into), batch_(batch), ids_(ids), replace_(replace), report_(report) {}

  // Errors are for people.
  result<void> add(std::string_view key, std::string_view bytes);
  result<void> add_history(std::string_view key, std::string_view bytes);
  /// After the last one of all devices.
  result<void> finish();

private:
  result<void> add_without_device(std::string_view key, std::string_view bytes);
  result<void> begin(std::string_view key, std::string_view bytes);
  result<void> replace(const device_id& device);
  result<void> add_credentials(std::string_view bytes);
  result<void> add_rpc(std::string_view key, std::string_view bytes, bool open);
  result<void> add_alarm(std::string_view key, std::string_view bytes);
  result<void> add_comment(std::string_view key, std::string_view bytes);
  result<void> put(mutation what, std::vector<precondition> conditions = {});
  static write write_of(const device_id& device, mutation what);
  result<void> check_named(const device_info& info);

  staged_store& into_;
  import_batch& batch_;
  const id_map& ids_;
  const bool replace_;
  import_report& report_;
  std::optional<device_info> current_;
  bool has_credentials_ = false;
  /// Of entities that are known to be there.
  std::unordered_map<uuid, bool> known_;
  std::uint64_t name_nobody_ = 0;
};

} // namespace muster::persistence::rocks
