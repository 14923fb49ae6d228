#include "actors/device/audit.hpp"
#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/rules/engine/message_types.hpp"

#include <utility>

namespace muster {

namespace {

const char* kind_name(entity_type kind) {
  switch (kind) {
  case entity_type::device:
    return "Device";
  case entity_type::customer:
    return "Customer";
  case entity_type::tenant:
    return "Tenant";
  default:
    return "Entity";
  }
}

error missing(const entity_ref& entity) {
  return missing(kind_name(entity.kind), entity.id);
}

persistence::precondition is_there(const entity_ref& entity) {
  switch (entity.kind) {
  case entity_type::customer:
    return {persistence::customer_is{{entity.id}, 0}, missing(entity)};
  case entity_type::tenant:
    return {persistence::tenant_is{{entity.id}, 0}, missing(entity)};
  default:
    return {persistence::device_is{{entity.id}}, missing(entity)};
  }
}

/// What the audit log tells of a relation.
json_text shown(const entity_ref& from, const entity_ref& to, const std::string& type) {
  return {R"({"from":")" + to_string(from.id) + R"(","to":")" + to_string(to.id) + R"(","type":)" +
          json_quoted(type) + "}"};
}

template <class Keyed>
json_text shown_keys(const std::vector<Keyed>& all) {
  std::vector<std::string_view> keys;
  keys.reserve(all.size());
  for (const auto& one : all) {
    if constexpr (std::is_same_v<Keyed, std::string>) {
      keys.push_back(one);
    } else {
      keys.push_back(one.key);
    }
  }
  return audit_keys(scope_name(attribute_scope::server), keys);
}

/// Devices keep their attributes themselves.
result<void> has_rows(const entity_ref& entity) {
  return entity.kind == entity_type::customer || entity.kind == entity_type::tenant
             ? result<void>()
             : tl::unexpected(missing(entity));
}

} // namespace

result<std::string> directory::own_entity(const caller& who, const entity_ref& entity) {
  if (auto tenant = administered_tenant(who); !tenant) {
    return tl::unexpected(std::move(tenant.error()));
  }
  auto name = visible_name(needs_.rows, who, entity);
  // Who asks need not know what other tenants have.
  const bool hidden = !name && (name.error().code == error_code::forbidden ||
                                name.error().code == error_code::not_found);
  return hidden ? tl::unexpected(missing(entity)) : std::move(name);
}

void directory::start(save_relation what, reply_handle to) {
  auto& made = what.relation;
  const auto from = own_entity(what.who, made.from);
  if (!from) {
    return to.answer(from.error());
  }
  if (const auto other = own_entity(what.who, made.to); !other) {
    return to.answer(other.error());
  }
  if (auto typed = not_blank(made.type, "Relation type"); !typed) {
    return to.answer(std::move(typed.error()));
  }
  mutations changes{persistence::put_relation{made},
                    audit(what.who, audit_action::relation_saved, made.from.kind, made.from.id,
                          *from, shown(made.from, made.to, made.type))};
  preconditions rests_on{is_there(made.from), is_there(made.to)};
  device_messages told;
  if (auto heard = tell_ends(message_types::relation_saved, made, what.who, told); !heard) {
    return to.answer(std::move(heard.error()));
  }
  submit(std::move(changes), std::move(rests_on), std::move(made),
         after_telling(std::move(told), std::move(to)));
}

void directory::start(const delete_relation& what, reply_handle to) {
  const auto from = own_entity(what.who, what.from);
  if (!from) {
    return to.answer(from.error());
  }
  if (const auto other = own_entity(what.who, what.to); !other) {
    return to.answer(other.error());
  }
  auto gone = required(needs_.rows.find_relation(what.from, what.to, what.type),
                       {error_code::not_found, {}});
  if (!gone) {
    return to.answer(std::move(gone.error()));
  }
  device_messages told;
  if (auto heard = tell_ends(message_types::relation_deleted, *gone, what.who, told); !heard) {
    return to.answer(std::move(heard.error()));
  }
  submit({persistence::erase_relation{what.from, what.to, what.type},
          audit(what.who, audit_action::relation_deleted, what.from.kind, what.from.id, *from,
                shown(what.from, what.to, what.type))},
         {}, std::move(*gone), after_telling(std::move(told), std::move(to)));
}

void directory::start(const delete_relations_of& what, reply_handle to) {
  const auto name = own_entity(what.who, what.entity);
  if (!name) {
    return to.answer(name.error());
  }
  mutations changes{
      audit(what.who, audit_action::relations_deleted, what.entity.kind, what.entity.id, *name)};
  for (const bool backwards : {false, true}) {
    const auto all =
        backwards ? needs_.rows.relations_to(what.entity) : needs_.rows.relations_from(what.entity);
    if (!all) {
      return to.answer(all.error());
    }
    for (const auto& one : *all) {
      changes.emplace_back(persistence::erase_relation{one.from, one.to, one.type});
    }
  }
  device_messages told;
  if (auto heard = tell_relations_gone(what.entity, what.who, told); !heard) {
    return to.answer(std::move(heard.error()));
  }
  submit(std::move(changes), {}, done{}, after_telling(std::move(told), std::move(to)));
}

void directory::start(save_entity_attributes what, reply_handle to) {
  const auto name = own_entity(what.who, what.entity);
  if (!name) {
    return to.answer(name.error());
  }
  if (auto kept = has_rows(what.entity); !kept) {
    return to.answer(std::move(kept.error()));
  }
  mutations changes{audit(what.who, audit_action::attributes_updated, what.entity.kind,
                          what.entity.id, *name, shown_keys(what.values))};
  for (auto& [key, val] : what.values) {
    changes.emplace_back(
        persistence::put_entity_attribute{what.entity, {std::move(key), now(), std::move(val)}});
  }
  submit(std::move(changes), {is_there(what.entity)}, done{}, std::move(to));
}

void directory::start(const delete_entity_attributes& what, reply_handle to) {
  const auto name = own_entity(what.who, what.entity);
  if (!name) {
    return to.answer(name.error());
  }
  mutations changes{audit(what.who, audit_action::attributes_deleted, what.entity.kind,
                          what.entity.id, *name, shown_keys(what.keys))};
  for (const auto& key : what.keys) {
    changes.emplace_back(persistence::erase_entity_attribute{what.entity, key});
  }
  submit(std::move(changes), {}, done{}, std::move(to));
}

} // namespace muster
