#include "actors/rules/nodes/relation_queries.hpp"

#include "actors/rules/engine/entity_names.hpp"

#include <nlohmann/json.hpp>

#include <functional>

namespace muster {

namespace {

constexpr std::int64_t most_levels = 10;

/// Reads the object `name` with `read`; what is wrong in it is told of `name`.
relation_query
read_within(configuration_reader& from, std::string_view name,
            const std::function<void(configuration_reader&, relation_query&)>& read) {
  relation_query made;
  const auto* found = from.member(name);
  if (found == nullptr || !found->is_object()) {
    from.refuse(name, "is missing");
    return made;
  }
  configuration_reader within(*found);
  made.from = read_direction(within);
  const std::int64_t levels = within.number("maxLevel", 1);
  if (levels < 0 || levels > most_levels) {
    within.refuse("maxLevel", "is not between 0 and " + std::to_string(most_levels));
  }
  made.max_level = static_cast<std::uint32_t>(levels);
  made.last_level_only = within.flag("fetchLastLevelOnly", false);
  read(within, made);
  if (const auto well = within.end(); !well) {
    from.refuse(name, well.error().message);
  }
  return made;
}

void read_filter(const nlohmann::json& one, configuration_reader& of, relation_query& into) {
  if (!one.is_object()) {
    return of.refuse("filters", "holds something that is not an object");
  }
  configuration_reader within(one);
  relation_filter filter;
  filter.type = within.text("relationType");
  const auto names = within.texts("entityTypes");
  for (const auto& name : names) {
    if (const auto kind = read_entity_kind(name)) {
      filter.kinds.push_back(*kind);
    }
  }
  if (const auto well = within.end(); !well) {
    return of.refuse("filters", well.error().message);
  }
  if (names.empty() || !filter.kinds.empty()) {
    into.filters.push_back(std::move(filter));
  } else {
    // Of kinds that are not here there is none.
    into.filters.push_back({std::move(filter.type), {entity_type::rpc}});
  }
}

} // namespace

std::optional<entity_type> read_entity_kind(std::string_view name) {
  for (const auto kind : {entity_type::device, entity_type::customer, entity_type::tenant}) {
    if (names_of(kind).wire == name) {
      return kind;
    }
  }
  return std::nullopt;
}

bool read_direction(configuration_reader& from) {
  return from.choice("direction", {"FROM", "TO"}, 0) == 0;
}

relation_query read_relations_query(configuration_reader& from) {
  return read_within(from, "relationsQuery", [](configuration_reader& within, relation_query& to) {
    const auto* filters = within.member("filters");
    if (filters == nullptr) {
      return;
    }
    if (!filters->is_array()) {
      return within.refuse("filters", "is not a list");
    }
    for (const auto& one : *filters) {
      read_filter(one, within, to);
    }
  });
}

relation_query read_device_query(configuration_reader& from) {
  return read_within(from, "deviceRelationsQuery",
                     [](configuration_reader& within, relation_query& to) {
                       to.filters.push_back({within.text("relationType"), {entity_type::device}});
                       to.device_types = within.texts("deviceTypes");
                     });
}

} // namespace muster
