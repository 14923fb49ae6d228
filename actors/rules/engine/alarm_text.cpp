#include "actors/rules/engine/alarm_text.hpp"

#include "actors/rules/engine/body_values.hpp"

#include <string_view>
#include <utility>

namespace muster {

namespace {

/// Members of one object, in order.
class members {
public:
  members& json(std::string_view name, std::string_view text) {
    out_ += out_.empty() ? '{' : ',';
    out_ += '"';
    out_ += name;
    out_ += "\":";
    out_ += text;
    return *this;
  }
  members& text(std::string_view name, const std::string& what) {
    return json(name, json_of(value(what)));
  }
  members& maybe(std::string_view name, const std::optional<std::string>& what) {
    return what ? text(name, *what) : json(name, "null");
  }
  members& number(std::string_view name, std::int64_t what) {
    return json(name, std::to_string(what));
  }
  members& flag(std::string_view name, bool what) { return json(name, what ? "true" : "false"); }
  members& entity(std::string_view name, std::string_view kind, const uuid& id) {
    return json(name,
                "{\"entityType\":\"" + std::string(kind) + "\",\"id\":\"" + to_string(id) + "\"}");
  }

  std::string end() && { return std::move(out_) + '}'; }

private:
  std::string out_;
};

std::string texts(const std::vector<std::string>& all) {
  std::string out = "[";
  for (const auto& one : all) {
    out += (out.size() > 1 ? "," : "") + json_of(value(one));
  }
  return out + ']';
}

void add_states(members& to, const alarm& one) {
  to.flag("acknowledged", one.acknowledged).flag("cleared", one.cleared);
  if (one.assignee) {
    to.entity("assigneeId", "USER", one.assignee->value);
  } else {
    to.json("assigneeId", "null");
  }
  to.number("startTs", one.start)
      .number("endTs", one.end)
      .number("ackTs", one.acknowledged_at)
      .number("clearTs", one.cleared_at)
      .number("assignTs", one.assigned_at);
}

members members_of(const alarm& one) {
  members made;
  made.entity("id", "ALARM", one.id.value)
      .number("createdTime", one.created)
      .entity("tenantId", "TENANT", one.tenant.value)
      .entity("customerId", "CUSTOMER", one.customer ? one.customer->value : null_uuid)
      .text("type", one.type)
      .entity("originator", "DEVICE", one.originator.value)
      .text("severity", std::string(severity_name(one.severity)));
  add_states(made, one);
  made.json("details", one.details.text.empty() ? "null" : one.details.text)
      .flag("propagate", one.propagation.to_related)
      .flag("propagateToOwner", one.propagation.to_owner)
      .flag("propagateToTenant", one.propagation.to_tenant)
      .json("propagateRelationTypes", texts(one.propagation.relation_types))
      .text("status", std::string(alarm_status(one)))
      .text("name", one.type);
  return made;
}

std::string assignee_text(const user_id& id, const user* who) {
  members made;
  made.entity("id", "USER", id.value);
  if (who != nullptr) {
    made.maybe("firstName", who->first_name)
        .maybe("lastName", who->last_name)
        .text("email", who->email);
  }
  return std::move(made).end();
}

} // namespace

std::string alarm_text(const alarm& one) {
  return members_of(one).end();
}

std::string alarm_info_text(const alarm& one, const device_info& originator, const user* assignee) {
  auto made = members_of(one);
  const bool labelled = originator.label && !originator.label->empty();
  made.text("originatorName", originator.name)
      .maybe("originatorLabel", originator.label)
      .text("originatorDisplayName", labelled ? *originator.label : originator.name)
      .json("assignee", one.assignee ? assignee_text(*one.assignee, assignee) : "null");
  return std::move(made).end();
}

} // namespace muster
