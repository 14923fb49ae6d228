#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/store/mutation.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace muster::persistence::postgres {

/// Relations and entities' attributes of one batch, of each only the last change. The mutations
/// outlive it.
class relation_rows {
public:
  void add(const put_relation& row) {
    relations_[{row.now.from, row.now.to, row.now.type}] = &row.now;
  }
  void add(const erase_relation& row) { relations_[{row.from, row.to, row.type}] = nullptr; }
  void add(const put_entity_attribute& row) { attributes_[{row.entity, row.now.key}] = &row.now; }
  void add(const erase_entity_attribute& row) { attributes_[{row.entity, row.key}] = nullptr; }
  /// What an entity has, that added before included.
  void erase_all_of(const entity_ref& gone);

  void queue(connection& to);

private:
  void queue_gone(connection& to);
  void queue_relations(connection& to);
  void queue_attributes(connection& to);

  /// nullptr: erased.
  std::map<std::tuple<entity_ref, entity_ref, std::string>, const relation*> relations_;
  std::map<std::pair<entity_ref, std::string>, const attribute*> attributes_;
  std::set<entity_ref> gone_;
};

} // namespace muster::persistence::postgres
