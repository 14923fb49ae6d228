#pragma once

#include "actors/model/relation.hpp"
#include "actors/model/telemetry.hpp"
#include "actors/model/value.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster {

/// Relations of one type, or of all, to entities of some kinds, or of all.
struct relation_filter {
  /// Empty: any.
  std::string type;
  std::vector<entity_type> kinds;

  friend bool operator==(const relation_filter&, const relation_filter&) = default;
};

/// Which entity of those that relations lead to: the first that is met.
struct relation_query {
  /// From the device to others, else from others to it.
  bool from = true;
  /// Relations behind each other; 0: as many as there are.
  std::uint32_t max_level = 1;
  /// Only where no relation goes on.
  bool last_level_only = false;
  /// One of them must fit; none: all do.
  std::vector<relation_filter> filters;
  /// A device of one of these types; empty: any.
  std::vector<std::string> device_types;

  friend bool operator==(const relation_query&, const relation_query&) = default;
};

/// What is known of an entity that is not the device itself.
struct entity_work {
  enum class source : std::uint8_t { customer, tenant, related, named };
  source of = source::customer;
  /// Of `related`.
  relation_query query;
  /// Of `named`: the one of that kind and name.
  entity_type kind = entity_type::device;
  std::string name;
  /// Keys, by scope; of customers and tenants only those of the server.
  std::array<std::vector<std::string>, 3> attributes;
  std::vector<std::string> latest;
  std::vector<std::string> fields;

  friend bool operator==(const entity_work&, const entity_work&) = default;
};

/// Whether the device has a relation.
struct relation_work {
  bool from = true;
  std::string type;
  /// Absent: to any entity.
  std::optional<entity_ref> entity;

  friend bool operator==(const relation_work&, const relation_work&) = default;
};

/// What there is of it; without entity: there is none.
struct entity_found {
  std::optional<entity_ref> entity;
  std::array<std::vector<key_value>, 3> attributes;
  std::vector<latest_value> latest;
  /// As texts.
  std::vector<std::pair<std::string, std::string>> fields;
};

struct relation_found {
  bool there = false;
};

// As JSON that outlives the program; reading throws when it is no such.

nlohmann::json to_json(const entity_work& work);
nlohmann::json to_json(const relation_work& work);
entity_work read_entity_work(const nlohmann::json& from);
relation_work read_relation_work(const nlohmann::json& from);

} // namespace muster
