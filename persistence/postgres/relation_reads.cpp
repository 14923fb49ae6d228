#include "persistence/postgres/json_values.hpp"
#include "persistence/postgres/reads.hpp"

#include <algorithm>
#include <tuple>

namespace muster::persistence::postgres {

namespace {

parameters given_of(const entity_ref& entity) {
  return parameters().number(static_cast<std::int64_t>(entity.kind)).id(entity.id);
}

/// The database orders texts as it keeps them, which is not always the order of their bytes.
template <class Key>
std::vector<relation> ordered(std::vector<relation> found, Key key_of) {
  std::ranges::sort(found, [&](const relation& a, const relation& b) {
    return std::tie(key_of(a), a.type) < std::tie(key_of(b), b.type);
  });
  return found;
}

} // namespace

result<std::vector<relation>> relations_from(connection& session, const entity_ref& entity) {
  static const std::string text = select_from<relation>() + "where from_kind = $1 and from_id = $2";
  return ask(session, text, given_of(entity)).map([](const rows& found) {
    return ordered(all_rows<relation>(found),
                   [](const relation& one) -> const entity_ref& { return one.to; });
  });
}

result<std::vector<relation>> relations_to(connection& session, const entity_ref& entity) {
  static const std::string text = select_from<relation>() + "where to_kind = $1 and to_id = $2";
  return ask(session, text, given_of(entity)).map([](const rows& found) {
    return ordered(all_rows<relation>(found),
                   [](const relation& one) -> const entity_ref& { return one.from; });
  });
}

result<std::optional<relation>> find_relation(connection& session, const entity_ref& from,
                                              const entity_ref& to, std::string_view type) {
  static const std::string text =
      select_from<relation>() +
      "where from_kind = $1 and from_id = $2 and to_kind = $3 and to_id = $4 and type = $5";
  auto given = given_of(from);
  given.number(static_cast<std::int64_t>(to.kind)).id(to.id).text(type);
  return ask(session, text, given).map(first_row<relation>);
}

result<std::vector<attribute>>
read_entity_attributes(connection& session, const entity_ref& entity,
                       const std::optional<std::vector<std::string>>& keys) {
  std::string text = select_from<stored_entity_attribute>() + "where kind = $1 and entity = $2";
  auto given = given_of(entity);
  if (keys) {
    array wanted(sql_type::text);
    for (const auto& key : *keys) {
      wanted.text(key);
    }
    text += " and key = any($3)";
    given.list(wanted);
  }
  const auto stored = ask(session, text, given).map(all_rows<stored_entity_attribute>);
  if (!stored) {
    return tl::unexpected(stored.error());
  }
  std::vector<attribute> found;
  for (const auto& row : *stored) {
    std::vector<key_value> value;
    if (auto read = values_from_json(row.content, value); !read) {
      return tl::unexpected(std::move(read.error()));
    }
    if (value.size() != 1) {
      return fail(error_code::storage_unavailable, "a stored attribute has not one value");
    }
    found.push_back({row.key, row.last_update, std::move(value.front().val)});
  }
  std::ranges::sort(found, {}, &attribute::key);
  return found;
}

} // namespace muster::persistence::postgres
