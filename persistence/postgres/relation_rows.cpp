#include "persistence/postgres/relation_rows.hpp"

#include "persistence/postgres/json_values.hpp"
#include "persistence/postgres/statements.hpp"

namespace muster::persistence::postgres {

namespace {

/// Columns of entities.
struct entity_arrays {
  array kinds{sql_type::bigint};
  array ids{sql_type::uuid};

  void add(const entity_ref& entity) {
    kinds.number(static_cast<std::int64_t>(entity.kind));
    ids.id(entity.id);
  }
};

} // namespace

void relation_rows::erase_all_of(const entity_ref& gone) {
  std::erase_if(relations_, [&](const auto& one) {
    return std::get<0>(one.first) == gone || std::get<1>(one.first) == gone;
  });
  std::erase_if(attributes_, [&](const auto& one) { return one.first.first == gone; });
  gone_.insert(gone);
}

void relation_rows::queue(connection& to) {
  queue_gone(to);
  queue_relations(to);
  queue_attributes(to);
}

void relation_rows::queue_gone(connection& to) {
  if (gone_.empty()) {
    return;
  }
  entity_arrays gone;
  for (const auto& entity : gone_) {
    gone.add(entity);
  }
  const auto given = parameters().list(gone.kinds).list(gone.ids);
  to.queue("delete from relation using unnest($1, $2) gone(kind, id) "
           "where from_kind = gone.kind and from_id = gone.id",
           given);
  to.queue("delete from relation using unnest($1, $2) gone(kind, id) "
           "where to_kind = gone.kind and to_id = gone.id",
           given);
  to.queue("delete from entity_attribute a using unnest($1, $2) gone(kind, id) "
           "where a.kind = gone.kind and a.entity = gone.id",
           given);
  gone_.clear();
}

void relation_rows::queue_relations(connection& to) {
  row_batch<relation> kept;
  entity_arrays from;
  entity_arrays other;
  array types(sql_type::text);
  for (const auto& [key, row] : relations_) {
    if (row != nullptr) {
      kept.add(*row);
    } else {
      from.add(std::get<0>(key));
      other.add(std::get<1>(key));
      types.text(std::get<2>(key));
    }
  }
  if (types.size() > 0) {
    to.queue(
        "delete from relation r using unnest($1, $2, $3, $4, $5) "
        "gone(from_kind, from_id, to_kind, to_id, type) "
        "where r.from_kind = gone.from_kind and r.from_id = gone.from_id and "
        "r.to_kind = gone.to_kind and r.to_id = gone.to_id and r.type = gone.type",
        parameters().list(from.kinds).list(from.ids).list(other.kinds).list(other.ids).list(types));
  }
  kept.queue(to);
  relations_.clear();
}

void relation_rows::queue_attributes(connection& to) {
  row_batch<stored_entity_attribute> kept;
  entity_arrays of;
  array names(sql_type::text);
  for (const auto& [key, row] : attributes_) {
    if (row != nullptr) {
      kept.add({key.first, row->key, row->last_update, values_to_json({{row->key, row->val}})});
    } else {
      of.add(key.first);
      names.text(key.second);
    }
  }
  if (names.size() > 0) {
    to.queue("delete from entity_attribute a using unnest($1, $2, $3) gone(kind, entity, key) "
             "where a.kind = gone.kind and a.entity = gone.entity and a.key = gone.key",
             parameters().list(of.kinds).list(of.ids).list(names));
  }
  kept.queue(to);
  attributes_.clear();
}

} // namespace muster::persistence::postgres
