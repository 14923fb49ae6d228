#pragma once

#include "persistence/rocksdb/transfer/import_batch.hpp"
#include "persistence/rocksdb/transfer/import_device.hpp"
#include "persistence/rocksdb/transfer/import_report.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace muster::persistence::rocks {

/// What a device that comes alone rests on: its tenant, customer, profile, packages and rule
/// chains. What the store has by identifier or by name stands for them and stays as it is; what it
/// lacks is made. Of one thread.
class surroundings_import {
public:
  surroundings_import(staged_store& into, import_batch& batch, id_map& ids, import_report& report)
      : into_(into), batch_(batch), ids_(ids), report_(report) {}

  /// Errors are for people.
  result<void> add(std::string_view key, std::string_view bytes);
  /// After the last of them: finds what stands for each, makes what is missing.
  result<void> settle();
  /// Of the device, once that is there. One whose other end is not there is left out.
  result<void> add_relation(std::string_view bytes);

private:
  template <class Row>
  result<void> keep(std::string_view key, std::string_view bytes, std::vector<Row>& in);
  /// Drops those for which something is there, and remembers what.
  template <class Row>
  result<void> find(std::vector<Row>& rows);
  template <class Row>
  result<void> make(const std::vector<Row>& rows);
  void stands_for(const std::string& what, const uuid& from, const uuid& to);

  staged_store& into_;
  import_batch& batch_;
  id_map& ids_;
  import_report& report_;
  std::vector<tenant> tenants_;
  std::vector<customer> customers_;
  std::vector<rule_chain> chains_;
  std::vector<package_info> packages_;
  std::vector<device_profile> profiles_;
};

} // namespace muster::persistence::rocks
