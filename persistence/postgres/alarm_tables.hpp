#pragma once

#include "actors/model/alarm.hpp"
#include "actors/model/error.hpp"
#include "persistence/postgres/fields.hpp"

#include <string>
#include <vector>

namespace muster::persistence::postgres {

// The columns of alarms and their comments: see tables.hpp.

/// An alarm with its lists as texts.
struct stored_alarm {
  alarm row;
  /// A JSON list of texts.
  std::string relation_types;
  /// Identifiers, each between two blanks.
  std::string shown_at;
};

struct stored_alarm_comment {
  alarm_comment row;
  device_id device;
};

MUSTER_TABLE(stored_alarm, "alarm", "id");
MUSTER_TABLE(alarm_comment, "alarm_comment", "id");
MUSTER_TABLE(stored_alarm_comment, "alarm_comment", "id");

template <class Io, row_of<alarm> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("tenant", row.tenant);
  io("customer", row.customer);
  io("originator", row.originator);
  io("type", row.type);
  io("severity", row.severity);
  io("acknowledged", row.acknowledged);
  io("cleared", row.cleared);
  io("assignee", row.assignee);
  io("start_ts", row.start);
  io("end_ts", row.end);
  io("acknowledged_at", row.acknowledged_at);
  io("cleared_at", row.cleared_at);
  io("assigned_at", row.assigned_at);
  io("details", row.details);
  io("to_related", row.propagation.to_related);
  io("to_owner", row.propagation.to_owner);
  io("to_tenant", row.propagation.to_tenant);
  io("version", row.version);
}

template <class Io, row_of<stored_alarm> Row>
void fields(Io& io, Row& row) {
  fields(io, row.row);
  io("relation_types", row.relation_types);
  io("shown_at", row.shown_at);
}

template <class Io, row_of<alarm_comment> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("alarm", row.alarm);
  io("app_user", row.user);
  io("system", row.system);
  io("comment", row.comment);
}

template <class Io, row_of<stored_alarm_comment> Row>
void fields(Io& io, Row& row) {
  fields(io, row.row);
  io("device", row.device);
}

stored_alarm to_stored(const alarm& row);
/// Error: storage_unavailable, when a list cannot be read.
result<alarm> from_stored(stored_alarm&& row);
/// As an identifier lies in `shown_at`.
std::string shown_text(const uuid& entity);

} // namespace muster::persistence::postgres
