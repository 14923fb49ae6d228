#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace muster::import {

/// One device as its source knows it.
struct device_record {
  /// Names it in the journal and the report: a line of a file or an id; unique in its source.
  std::string place;
  std::string name;
  /// Name of its profile; empty: the tenant's default.
  std::string profile;
  std::string label;
  /// Title of its customer; empty: none.
  std::string customer;
  /// Its access token; empty: the node makes one up.
  std::string token;
  /// Credentials of another type, as the application API shows them; else null.
  nlohmann::json credentials;
  nlohmann::json additional_info;
  /// Objects of key and value by scope.
  nlohmann::json client = nlohmann::json::object();
  nlohmann::json shared = nlohmann::json::object();
  nlohmann::json server = nlohmann::json::object();
  /// Values without a time, saved as the device's latest telemetry.
  nlohmann::json telemetry = nlohmann::json::object();
};

} // namespace muster::import
