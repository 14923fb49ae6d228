#include "http/openapi/operations.hpp"

namespace muster::http::openapi {

namespace {

constexpr operation alarm_operations[] = {
    {post, "/api/alarm", callers::users,
     "Raises an alarm of a device, or changes the active one of its type or the one with the id",
     "", "Alarm", "Alarm", "404 409"},
    {get, "/api/alarm/{alarmId}", callers::users, "Reads an alarm", "", "", "Alarm"},
    {get, "/api/alarm/info/{alarmId}", callers::users,
     "Reads an alarm with the names of its originator and assignee", "", "", "AlarmInfo"},
    {remove, "/api/alarm/{alarmId}", callers::users, "Deletes an alarm with its comments", "", "",
     "bool", "409"},
    {post, "/api/alarm/{alarmId}/ack", callers::users, "Acknowledges an alarm", "", "", "AlarmInfo",
     "409"},
    {post, "/api/alarm/{alarmId}/clear", callers::users, "Clears an alarm", "", "", "AlarmInfo",
     "409"},
    {post, "/api/alarm/{alarmId}/assign/{userId}", callers::users, "Assigns an alarm to a user", "",
     "", "Alarm", "409"},
    {remove, "/api/alarm/{alarmId}/assign", callers::users, "Assigns an alarm to nobody", "", "",
     "Alarm", "409"},
    {get, "/api/alarm/{entityType}/{entityId}", callers::users,
     "Lists the alarms of a device, or those shown at a customer or tenant",
     "pageSize! page! textSearch sortProperty sortOrder startTime endTime searchStatus status "
     "assigneeId",
     "", "{AlarmInfo}"},
    {get, "/api/alarms", callers::users, "Lists alarms",
     "pageSize! page! textSearch sortProperty sortOrder startTime endTime searchStatus status "
     "assigneeId",
     "", "{AlarmInfo}"},
    {get, "/api/v2/alarm/{entityType}/{entityId}", callers::users,
     "Lists the alarms of a device, or those shown at a customer or tenant, by several filters",
     "pageSize! page! textSearch sortProperty sortOrder startTime endTime statusList severityList "
     "typeList assigneeId",
     "", "{AlarmInfo}"},
    {get, "/api/v2/alarms", callers::users, "Lists alarms by several filters",
     "pageSize! page! textSearch sortProperty sortOrder startTime endTime statusList severityList "
     "typeList assigneeId",
     "", "{AlarmInfo}"},
    {get, "/api/alarm/highestSeverity/{entityType}/{entityId}", callers::users,
     "Reads the gravest severity of an entity's alarms", "searchStatus status assigneeId", "",
     "text"},
    {get, "/api/alarm/types", callers::users, "Lists the types of alarms",
     "pageSize! page! textSearch sortProperty sortOrder", "", "{AlarmType}"},
    {post, "/api/alarm/{alarmId}/comment", callers::users,
     "Says something of an alarm, or says it otherwise", "", "AlarmComment", "AlarmComment", "409"},
    {get, "/api/alarm/{alarmId}/comment", callers::users, "Lists what was said of an alarm",
     "pageSize! page! sortProperty sortOrder", "", "{AlarmComment}"},
    {remove, "/api/alarm/{alarmId}/comment/{commentId}", callers::users,
     "Takes back what one has said of an alarm", "", "", "", "409"},
};

} // namespace

const std::span<const operation> alarms{alarm_operations};

} // namespace muster::http::openapi
