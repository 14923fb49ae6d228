#include "actors/rules/engine/entity_work.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace muster {

namespace {

nlohmann::json of_query(const relation_query& query) {
  auto filters = nlohmann::json::array();
  for (const auto& one : query.filters) {
    auto kinds = nlohmann::json::array();
    for (const auto kind : one.kinds) {
      kinds.push_back(static_cast<int>(kind));
    }
    filters.push_back({{"type", one.type}, {"kinds", std::move(kinds)}});
  }
  return {{"from", query.from},
          {"levels", query.max_level},
          {"last", query.last_level_only},
          {"filters", std::move(filters)},
          {"devices", query.device_types}};
}

relation_query read_query(const nlohmann::json& from) {
  relation_query made;
  made.from = from.at("from").get<bool>();
  made.max_level = from.at("levels").get<std::uint32_t>();
  made.last_level_only = from.at("last").get<bool>();
  for (const auto& one : from.at("filters")) {
    relation_filter filter;
    filter.type = one.at("type").get<std::string>();
    for (const auto& kind : one.at("kinds")) {
      filter.kinds.push_back(static_cast<entity_type>(kind.get<int>()));
    }
    made.filters.push_back(std::move(filter));
  }
  made.device_types = from.at("devices").get<std::vector<std::string>>();
  return made;
}

} // namespace

nlohmann::json to_json(const entity_work& work) {
  return {{"of", static_cast<int>(work.of)},
          {"query", of_query(work.query)},
          {"kind", static_cast<int>(work.kind)},
          {"name", work.name},
          {"attributes", work.attributes},
          {"latest", work.latest},
          {"fields", work.fields}};
}

nlohmann::json to_json(const relation_work& work) {
  nlohmann::json made{{"from", work.from}, {"type", work.type}};
  if (work.entity) {
    made["kind"] = static_cast<int>(work.entity->kind);
    made["id"] = to_string(work.entity->id);
  }
  return made;
}

entity_work read_entity_work(const nlohmann::json& from) {
  entity_work made;
  made.of = static_cast<entity_work::source>(from.at("of").get<int>());
  made.query = read_query(from.at("query"));
  // Programs before knew no names.
  made.kind = static_cast<entity_type>(from.value("kind", static_cast<int>(made.kind)));
  made.name = from.value("name", std::string());
  made.attributes = from.at("attributes").get<std::array<std::vector<std::string>, 3>>();
  made.latest = from.at("latest").get<std::vector<std::string>>();
  made.fields = from.at("fields").get<std::vector<std::string>>();
  return made;
}

relation_work read_relation_work(const nlohmann::json& from) {
  relation_work made;
  made.from = from.at("from").get<bool>();
  made.type = from.at("type").get<std::string>();
  if (from.contains("id")) {
    const auto id = parse_uuid(from.at("id").get<std::string>());
    if (!id) {
      throw std::invalid_argument("an identifier makes no sense");
    }
    made.entity = {static_cast<entity_type>(from.at("kind").get<int>()), *id};
  }
  return made;
}

} // namespace muster
