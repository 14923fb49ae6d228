#include "http/rest_api/rule_event_json.hpp"

#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/owner_json.hpp"

namespace muster::http::rest {

namespace {

/// All nodes of a cluster are one service.
constexpr std::string_view server_name = "muster";

void write_head(object_writer& to, const uuid& id, timestamp created, const tenant_id& tenant,
                const rule_node_id& node, std::string_view type) {
  to.raw("id", "{\"id\":\"" + to_string(id) + "\"}")
      .number("createdTime", created)
      .id("tenantId", "TENANT", tenant.value)
      .id("entityId", "RULE_NODE", node.value)
      .text("type", type)
      .text("uid", std::string_view{to_string(id)});
}

} // namespace

void append_rule_event_body(std::string& out, const rule_event& event) {
  object_writer to{out};
  to.text("server", server_name)
      .text("type", std::string_view{event.kind == rule_event_kind::in ? "IN" : "OUT"})
      .text("entityId", std::string_view{to_string(event.originator.id)})
      .text("entityType", entity_type_name(event.originator.kind))
      .text("msgId", std::string_view{to_string(event.message)})
      .text("msgType", std::string_view{event.message_type})
      .text("dataType", std::string_view{"JSON"})
      .text("relationType", std::string_view{event.relation})
      .text("data", std::string_view{event.data})
      .text("metadata", std::string_view{event.metadata});
  if (!event.failure.empty()) {
    to.text("error", std::string_view{event.failure});
  }
  to.end();
}

void append_rule_event(std::string& out, const rule_event& event) {
  std::string body;
  append_rule_event_body(body, event);
  object_writer to{out};
  write_head(to, event.id, event.created, event.tenant, event.node, "DEBUG_RULE_NODE");
  to.raw("body", body).end();
}

void append_fault_event(std::string& out, const rule_node_state& state, const tenant_id& tenant) {
  std::string body;
  object_writer{body}
      .text("server", server_name)
      .text("event", std::string_view{"STARTED"})
      .boolean("success", false)
      .text("error", std::string_view{state.fault})
      .end();
  object_writer to{out};
  // It is no row, and the node's own identifier is as good as any.
  write_head(to, state.node.id.value, state.node.created, tenant, state.node.id, "LC_EVENT");
  to.raw("body", body).end();
}

} // namespace muster::http::rest
