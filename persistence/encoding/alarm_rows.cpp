#include "persistence/encoding/optional_fields.hpp"
#include "persistence/encoding/row_error.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence {

namespace {

void write_propagation(row_writer& out, const alarm_propagation& what) {
  out.flag(what.to_related);
  out.flag(what.to_owner);
  out.flag(what.to_tenant);
  out.list(what.relation_types, [&](const std::string& type) { out.text(type); });
}

void read_propagation(row_reader& in, alarm_propagation& into) {
  into.to_related = in.flag();
  into.to_owner = in.flag();
  into.to_tenant = in.flag();
  in.list(into.relation_types, [&](std::string& type) { type = in.text(); });
}

} // namespace

void encode(const alarm& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.id(row.tenant.value);
  write_id(out, row.customer);
  out.id(row.originator.value);
  out.text(row.type);
  out.byte(static_cast<std::uint8_t>(row.severity));
  out.flag(row.acknowledged);
  out.flag(row.cleared);
  write_id(out, row.assignee);
  out.signed_number(row.start);
  out.signed_number(row.end);
  out.signed_number(row.acknowledged_at);
  out.signed_number(row.cleared_at);
  out.signed_number(row.assigned_at);
  out.text(row.details.text);
  write_propagation(out, row.propagation);
  out.list(row.shown_at, [&](const uuid& id) { out.id(id); });
  out.number(row.version);
}

result<void> decode(std::string_view bytes, alarm& into) {
  row_reader in(bytes, first_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.tenant.value = in.id();
  read_id(in, into.customer);
  into.originator.value = in.id();
  into.type = in.text();
  into.severity = in.one_of<alarm_severity>(5);
  into.acknowledged = in.flag();
  into.cleared = in.flag();
  read_id(in, into.assignee);
  into.start = in.signed_number();
  into.end = in.signed_number();
  into.acknowledged_at = in.signed_number();
  into.cleared_at = in.signed_number();
  into.assigned_at = in.signed_number();
  into.details.text = in.text();
  read_propagation(in, into.propagation);
  in.list(into.shown_at, [&](uuid& id) { id = in.id(); });
  into.version = in.number();
  return finish(in, "alarm");
}

void encode(const alarm_comment& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.id(row.alarm.value);
  write_id(out, row.user);
  out.flag(row.system);
  out.text(row.comment.text);
}

result<void> decode(std::string_view bytes, alarm_comment& into) {
  row_reader in(bytes, first_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.alarm.value = in.id();
  read_id(in, into.user);
  into.system = in.flag();
  into.comment.text = in.text();
  return finish(in, "comment of an alarm");
}

void encode(const alarm_place& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.device.value);
  out.number(row.version);
}

result<void> decode(std::string_view bytes, alarm_place& into) {
  row_reader in(bytes, first_version);
  into.device.value = in.id();
  into.version = in.number();
  return finish(in, "alarm index");
}

} // namespace muster::persistence
