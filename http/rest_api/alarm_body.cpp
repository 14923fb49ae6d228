#include "http/rest_api/alarm_body.hpp"

#include "http/rest_api/errors.hpp"
#include "http/rest_api/member_reader.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace muster::http::rest {

namespace {

std::vector<std::string> read_relation_types(const body_members& body, member_reader& from) {
  std::vector<std::string> types;
  const auto* given = body.document("propagateRelationTypes");
  const auto list = nlohmann::json::parse(given != nullptr ? given->text : "[]", nullptr, false);
  if (list.is_null()) {
    return types;
  }
  for (const auto& one : list) {
    if (!list.is_array() || !one.is_string()) {
      from.refuse("propagateRelationTypes must be a list of texts");
      break;
    }
    types.push_back(one.get<std::string>());
  }
  return types;
}

/// Only of devices: what else may be an originator there has no alarms here.
void read_originator(member_reader& from, alarm& into) {
  const auto given = from.object("originator");
  if (!given) {
    return;
  }
  member_reader originator{*given};
  const auto kind = originator.text("entityType");
  if (kind && *kind != "DEVICE") {
    return from.refuse("Alarms are of devices only, not of " + *kind);
  }
  if (const auto id = given->text("id"); id && *id) {
    if (const auto read = read_uuid(**id)) {
      into.originator.value = *read;
    } else {
      from.refuse(read.error().message);
    }
  }
}

void read_severity(member_reader& from, alarm& into) {
  const auto name = from.text("severity");
  if (!name) {
    return from.refuse("Alarm severity should be specified!");
  }
  const auto known = parse_severity(*name);
  if (!known) {
    return from.refuse("Unknown alarm severity '" + *name + "'");
  }
  into.severity = *known;
}

void read_times(member_reader& from, alarm& into) {
  into.start = from.integer("startTs").value_or(0);
  into.end = from.integer("endTs").value_or(0);
  if (into.start < 0 || into.end < 0) {
    from.refuse("startTs and endTs must not be negative");
  }
  if (into.end != 0 && into.start > into.end) {
    from.refuse("Alarm start time can't be after its end time!");
  }
}

} // namespace

result<alarm> read_alarm(std::string_view text) {
  const auto body = body_members::read(text);
  if (!body) {
    return tl::unexpected{body.error()};
  }
  member_reader from{*body};
  alarm read;
  read.id = from.id<alarm_id>("id").value_or(alarm_id{});
  read.type = from.text("type").value_or(std::string{});
  if (blank(read.type)) {
    from.refuse("Alarm type should be specified!");
  }
  read_severity(from, read);
  read_originator(from, read);
  read_times(from, read);
  read.acknowledged = from.boolean("acknowledged").value_or(false);
  read.cleared = from.boolean("cleared").value_or(false);
  read.assignee = from.id<user_id>("assigneeId");
  read.details = from.document("details");
  read.propagation = {
      from.boolean("propagate").value_or(false), from.boolean("propagateToOwner").value_or(false),
      from.boolean("propagateToTenant").value_or(false), read_relation_types(*body, from)};
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  if (read.originator == device_id{} && read.id == alarm_id{}) {
    return fail(error_code::not_found, std::string{no_such_item});
  }
  return read;
}

result<alarm_comment> read_alarm_comment(std::string_view text) {
  const auto body = body_members::read(text);
  if (!body) {
    return tl::unexpected{body.error()};
  }
  member_reader from{*body};
  alarm_comment read;
  read.id = from.id<alarm_comment_id>("id").value_or(alarm_comment_id{});
  const auto said = from.object("comment");
  if (!said && !from.fault()) {
    from.refuse("Alarm comment should be specified!");
  }
  read.comment = from.document("comment");
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  return read;
}

} // namespace muster::http::rest
