#pragma once

#include "persistence/rocksdb/transfer/import_batch.hpp"
#include "persistence/rocksdb/transfer/import_report.hpp"

#include <string_view>

namespace muster::persistence::rocks {

/// Rows of the directory in an export of all: what is there already stays if it is the same, else
/// it is refused, or replaced where that is wanted. Of one thread.
class directory_import {
public:
  directory_import(staged_store& into, import_batch& batch, bool replace, import_report& report)
      : into_(into), batch_(batch), replace_(replace), report_(report) {}

  /// Errors are for people.
  result<void> add(std::string_view key, std::string_view bytes);

private:
  template <class Row>
  result<void> entity(std::string_view key, std::string_view bytes);
  /// What has no indexes but those that its key tells.
  template <class Row, class KeyOf, class Put>
  result<void> plain(std::string_view key, std::string_view bytes, KeyOf key_of, Put put);
  result<void> entity_attribute(std::string_view key, std::string_view bytes);
  result<void> setting(std::string_view key, std::string_view bytes);
  /// True: it is there already, the same.
  result<bool> same_is_there(std::string_view key, std::string_view bytes, const std::string& what);
  result<void> put(mutation what, std::vector<precondition> conditions = {});

  staged_store& into_;
  import_batch& batch_;
  const bool replace_;
  import_report& report_;
};

/// No second default profile of a tenant comes in, and no package without its bytes unnoticed.
result<void> check_entity(const staged_store& into, const device_profile& row,
                          import_report& report);
result<void> check_entity(const staged_store& into, const package_info& row, import_report& report);
template <class Row>
result<void> check_entity(const staged_store&, const Row&, import_report&) {
  return {};
}

} // namespace muster::persistence::rocks
