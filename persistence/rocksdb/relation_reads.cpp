#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/reads.hpp"
#include "persistence/rocksdb/walk.hpp"

#include <set>

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

template <class Row>
result<std::vector<Row>> rows_of(const database& from, directory_kind index,
                                 const entity_ref& entity) {
  std::vector<Row> found;
  return walk(from, keys::of_entity(index, entity), false,
              [&](std::string_view, std::string_view bytes) -> result<bool> {
                return decode(bytes, found.emplace_back()).map([] { return true; });
              })
      .map([&] { return std::move(found); });
}

} // namespace

result<std::vector<relation>> relations_from(const database& from, const entity_ref& entity) {
  return rows_of<relation>(from, directory_kind::relation, entity);
}

result<std::vector<relation>> relations_to(const database& from, const entity_ref& entity) {
  return rows_of<relation>(from, directory_kind::relation_to, entity);
}

result<std::optional<relation>> find_relation(const database& from, const entity_ref& one,
                                              const entity_ref& other, std::string_view type) {
  return read_row<relation>(from, family::directory,
                            keys::of_relation(directory_kind::relation, one, other, type), decode);
}

result<std::vector<attribute>>
read_entity_attributes(const database& from, const entity_ref& entity,
                       const std::optional<std::vector<std::string>>& wanted) {
  if (!wanted) {
    return rows_of<attribute>(from, directory_kind::entity_attribute, entity);
  }
  std::vector<attribute> found;
  for (const auto& key : std::set<std::string>(wanted->begin(), wanted->end())) {
    auto row = read_row<attribute>(from, family::directory, keys::of_entity_attribute(entity, key),
                                   decode);
    if (!row) {
      return tl::unexpected(std::move(row.error()));
    }
    if (*row) {
      found.push_back(std::move(**row));
    }
  }
  return found;
}

} // namespace muster::persistence::rocks
