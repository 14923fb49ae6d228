#pragma once

#include "tools/import/api.hpp"
#include "tools/import/device_record.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace muster::import {

/// Titles of the target's customers and their ids; shared by all threads.
class customers {
public:
  /// The customer of that title, made when it does not exist. Any thread.
  result<std::string> id_of(const std::string& title, api& to);

private:
  std::mutex mutex_;
  std::map<std::string, std::string> ids_;
};

/// What one device led to.
struct imported_device {
  std::string id;
  /// It was there already, with the same credentials: an import that was broken off has made it.
  bool was_there = false;
};

/// Makes the device with its credentials, gives it to its customer and saves its attributes.
/// Whatever was done before may be done again without harm.
result<imported_device> import_device(const device_record& device, customers& known, api& to);

/// Saves points of a device's history: `[{"ts":...,"values":{...}}, ...]`.
result<void> import_history(const std::string& device, const nlohmann::json& points, api& to);

/// The id of the device of that name.
result<std::string> find_device(const std::string& name, api& to);

/// Makes what is missing of the profiles as ThingsBoard shows them. A name that is taken is left as
/// it is. Gives the names of those that were made.
result<std::vector<std::string>> import_profiles(const std::vector<nlohmann::json>& profiles,
                                                 api& to);

/// Makes what is missing of the customers as ThingsBoard shows them.
result<void> import_customers(const std::vector<nlohmann::json>& customers, api& to);

} // namespace muster::import
