#pragma once

#include "actors/model/error.hpp"
#include "actors/model/package.hpp"
#include "actors/model/uuid.hpp"
#include "persistence/rocksdb/inspection/data_folder.hpp"

#include <functional>
#include <string_view>

namespace muster::persistence {

/// Takes a row; an error ends the export.
using export_visitor = std::function<result<void>(std::string_view family, std::string_view key,
                                                  std::string_view row)>;

/// Takes a package whose record names bytes, before its row; null: nobody wants to know.
using package_visitor = std::function<result<void>(const package_info&)>;

/// Visits all rows that follow from no others, so that an import makes the indexes anew: first the
/// directory, then each device with its history behind it, then relations.
result<void> export_all(data_folder& data, const export_visitor& visit,
                        const package_visitor& visit_package = {});

/// The same of one device: the tenant, customer, profile and packages that it rests on, its
/// profile's rule chain with all chains that are called from there, the device with its history,
/// and its relations. Error: not_found.
result<void> export_device(data_folder& data, const device_id& device, const export_visitor& visit,
                           const package_visitor& visit_package = {});

} // namespace muster::persistence
