#include "persistence/encoding/key_parts.hpp"
#include "persistence/encoding/keys.hpp"

namespace muster::persistence::keys {

namespace {

constexpr std::size_t entity_size = 1 + 16;

void append_entity(std::string& key, const entity_ref& entity) {
  key.push_back(static_cast<char>(entity.kind));
  append(key, entity.id);
}

} // namespace

std::string of_entity(directory_kind kind, const entity_ref& entity) {
  std::string key = of_directory(kind);
  append_entity(key, entity);
  return key;
}

std::string of_relation(directory_kind kind, const entity_ref& one, const entity_ref& other,
                        std::string_view type) {
  std::string key = of_entity(kind, one);
  append_entity(key, other);
  key.append(type);
  return key;
}

std::string other_direction(std::string_view relation_key) {
  const bool forwards = relation_key.front() == static_cast<char>(directory_kind::relation);
  std::string key = of_directory(forwards ? directory_kind::relation_to : directory_kind::relation);
  key.append(relation_key.substr(1 + entity_size, entity_size));
  key.append(relation_key.substr(1, entity_size));
  key.append(relation_key.substr(1 + 2 * entity_size));
  return key;
}

std::string of_entity_attribute(const entity_ref& entity, std::string_view key) {
  return of_entity(directory_kind::entity_attribute, entity).append(key);
}

namespace {

/// Kind, whose, ~time, id.
constexpr std::size_t logged_size = 1 + 16 + 8 + 16;

/// Newest first.
std::string of_logged_time(directory_kind kind, const uuid& whose, timestamp created) {
  std::string key = of_directory(kind, whose);
  fixed<8> time;
  put_number(time.data(), ~ordered(created));
  key.append(view(time));
  return key;
}

std::optional<timestamp> parse_logged_time(directory_kind kind, std::string_view key) noexcept {
  const bool logged = key.size() == logged_size && key.front() == static_cast<char>(kind);
  return logged ? std::optional(unordered(~get_number(key.data() + 17))) : std::nullopt;
}

} // namespace

std::string of_rule_event_time(const rule_node_id& node, timestamp created) {
  return of_logged_time(directory_kind::rule_event, node.value, created);
}

std::string of_rule_event(const rule_node_id& node, timestamp created, const uuid& id) {
  std::string key = of_rule_event_time(node, created);
  append(key, id);
  return key;
}

std::optional<timestamp> parse_rule_event_time(std::string_view key) noexcept {
  return parse_logged_time(directory_kind::rule_event, key);
}

std::string of_audit_time(const uuid& tenant, timestamp created) {
  return of_logged_time(directory_kind::audit, tenant, created);
}

std::string of_audit(const uuid& tenant, timestamp created, const uuid& id) {
  std::string key = of_audit_time(tenant, created);
  append(key, id);
  return key;
}

std::optional<timestamp> parse_audit_time(std::string_view key) noexcept {
  return parse_logged_time(directory_kind::audit, key);
}

} // namespace muster::persistence::keys
