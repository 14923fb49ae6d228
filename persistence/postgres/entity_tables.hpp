#pragma once

#include "actors/model/attribute.hpp"
#include "actors/model/audit.hpp"
#include "actors/model/entity.hpp"
#include "actors/model/job.hpp"
#include "actors/model/package.hpp"
#include "actors/model/relation.hpp"
#include "actors/model/rule_chain.hpp"
#include "actors/model/rule_event.hpp"
#include "persistence/directory/lower_case.hpp"
#include "persistence/postgres/fields.hpp"

namespace muster::persistence::postgres {

// The columns of the directory's entities: see tables.hpp.

/// A rule chain with its nodes and connections: see rule_graph_to_json.
struct stored_rule_chain {
  rule_chain chain;
  std::string graph;
};

/// A server attribute of a tenant or customer.
struct stored_entity_attribute {
  entity_ref entity;
  std::string key;
  timestamp last_update = 0;
  /// Its key and value: see values_to_json.
  std::string content;
};

MUSTER_TABLE(user, "app_user", "id");
MUSTER_TABLE(tenant, "tenant", "id");
MUSTER_TABLE(customer, "customer", "id");
MUSTER_TABLE(device_profile, "profile", "id");
MUSTER_TABLE(package_info, "package", "id");
MUSTER_TABLE(audit_entry, "audit", "id");
MUSTER_TABLE(job, "job", "id");
MUSTER_TABLE(rule_chain, "rule_chain", "id");
MUSTER_TABLE(stored_rule_chain, "rule_chain", "id");
MUSTER_TABLE(relation, "relation", "from_id, from_kind, to_id, to_kind, type");
MUSTER_TABLE(stored_entity_attribute, "entity_attribute", "entity, kind, key");

template <class Io, row_of<relation> Row>
void fields(Io& io, Row& row) {
  io("from_kind", row.from.kind);
  io("from_id", row.from.id);
  io("to_kind", row.to.kind);
  io("to_id", row.to.id);
  io("type", row.type);
  io("additional_info", row.additional_info);
}

MUSTER_TABLE(rule_event, "rule_event", "id");

template <class Io, row_of<rule_event> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("tenant", row.tenant);
  io("node", row.node);
  io("kind", row.kind);
  io("originator_kind", row.originator.kind);
  io("originator", row.originator.id);
  io("message", row.message);
  io("message_type", row.message_type);
  io("relation", row.relation);
  io("data", row.data);
  io("metadata", row.metadata);
  io("failure", row.failure);
}

template <class Io, row_of<stored_entity_attribute> Row>
void fields(Io& io, Row& row) {
  io("kind", row.entity.kind);
  io("entity", row.entity.id);
  io("key", row.key);
  io("last_update", row.last_update);
  io("content", row.content);
}

template <class Io, row_of<user> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("role", row.role);
  io("tenant", row.tenant);
  io("customer", row.customer);
  io("email", row.email);
  io("first_name", row.first_name);
  io("last_name", row.last_name);
  io("phone", row.phone);
  io("additional_info", row.additional_info);
  io("password_hash", row.password_hash);
  io("activation_token", row.activation_token);
  io("tokens_valid_from", row.tokens_valid_from);
  io("version", row.version);
  if constexpr (std::is_const_v<Row>) {
    io("lower_email", raw_bytes{lower_case(row.email)});
  }
}

template <class Io, row_of<contact> Row>
void fields(Io& io, Row& row) {
  io("country", row.country);
  io("state", row.state);
  io("city", row.city);
  io("address", row.address);
  io("address2", row.address2);
  io("zip", row.zip);
  io("phone", row.phone);
  io("email", row.email);
}

template <class Io, row_of<tenant> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("title", row.title);
  io("region", row.region);
  fields(io, row.contact);
  io("tenant_messages", row.limits.tenant_messages);
  io("tenant_telemetry_messages", row.limits.tenant_telemetry_messages);
  io("tenant_data_points", row.limits.tenant_data_points);
  io("device_messages", row.limits.device_messages);
  io("device_telemetry_messages", row.limits.device_telemetry_messages);
  io("device_data_points", row.limits.device_data_points);
  io("additional_info", row.additional_info);
  io("version", row.version);
}

template <class Io, row_of<customer> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("tenant", row.tenant);
  io("title", row.title);
  fields(io, row.contact);
  io("is_public", row.is_public);
  io("additional_info", row.additional_info);
  io("version", row.version);
}

template <class Io, row_of<device_profile> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("tenant", row.tenant);
  io("name", row.name);
  io("description", row.description);
  io("image", row.image);
  io("is_default", row.is_default);
  io("transport", row.transport);
  io("provisioning", row.provisioning);
  io("provision_key", row.provision_key);
  io("provision_secret", row.provision_secret);
  io("firmware", row.firmware);
  io("software", row.software);
  io("default_rule_chain", row.default_rule_chain);
  io("default_edge_rule_chain", row.default_edge_rule_chain);
  io("default_dashboard", row.default_dashboard);
  io("default_queue", row.default_queue);
  io("codec", row.rules.codec);
  io("default_ttl_seconds", row.rules.default_ttl_seconds);
  io("inactivity_timeout", row.rules.inactivity_timeout);
  io("device_rate_limit", row.rules.device_rate_limit);
  io("device_telemetry_rate_limit", row.rules.device_telemetry_rate_limit);
  io("profile_data", row.profile_data);
  io("calculated_fields", row.calculated_fields);
  io("version", row.version);
}

template <class Io, row_of<package_info> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("tenant", row.tenant);
  io("profile", row.profile);
  io("type", row.type);
  io("title", row.title);
  io("release", row.release);
  io("tag", row.tag);
  io("url", row.url);
  io("file_name", row.file_name);
  io("content_type", row.content_type);
  io("algorithm", row.algorithm);
  io("checksum", row.checksum);
  io("content", row.content);
  io("size", row.size);
  io("additional_info", row.additional_info);
  io("version", row.version);
}

template <class Io, row_of<audit_entry> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("tenant", row.tenant);
  io("customer", row.customer);
  io("entity_kind", row.kind);
  io("entity", row.entity);
  io("entity_name", row.entity_name);
  io("app_user", row.user);
  io("user_name", row.user_name);
  io("address", row.address);
  io("action", row.action);
  io("data", row.data);
}

template <class Io, row_of<stored_rule_chain> Row>
void fields(Io& io, Row& row) {
  io("id", row.chain.id);
  io("created", row.chain.created);
  io("tenant", row.chain.tenant);
  io("name", row.chain.name);
  io("root", row.chain.root);
  io("debug_mode", row.chain.debug_mode);
  io("configuration", row.chain.configuration);
  io("additional_info", row.chain.additional_info);
  io("version", row.chain.version);
  io("first_node", row.chain.first_node);
  io("graph", row.graph);
}

template <class Io, row_of<job> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("kind", row.kind);
  io("tenant", row.tenant);
  io("subject", row.subject);
  io("type", row.type);
  std::optional<timestamp> created;
  std::optional<device_id> device;
  if (row.after) {
    created = row.after->created;
    device = row.after->id;
  }
  io("after_created", created);
  io("after_device", device);
  io("done", row.done);
  io("total", row.total);
  if constexpr (!std::is_const_v<Row>) {
    row.after =
        created && device ? std::optional(device_position{*created, *device}) : std::nullopt;
  }
}

} // namespace muster::persistence::postgres
