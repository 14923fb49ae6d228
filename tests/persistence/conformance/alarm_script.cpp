#include "tests/persistence/conformance/script.hpp"

#include <algorithm>

namespace muster::test {

using namespace persistence;

mutation script::alarm_mutation(write& into, const model_device& device, timestamp now) {
  const alarm_id id = choices_.one_of(where_.alarms_of(device.rows.info.id));
  const auto found = device.alarms.find(id);
  const auto old = found == device.alarms.end() ? std::nullopt : std::optional(found->second);
  if (old && choices_.pick(4) == 3) {
    into.preconditions.push_back({alarm_is{id, choices_.pick(3) * old->version}, refusal()});
  }
  switch (old ? choices_.pick(6) : 2) {
  case 0:
    return erase_alarm{*old};
  case 1: {
    alarm_comment comment;
    comment.id.value = id.value;
    comment.id.value.bytes[2] = static_cast<std::uint8_t>(choices_.pick(3));
    comment.alarm = id;
    comment.created = any_time(now);
    comment.system = choices_.coin();
    comment.user = choices_.coin() ? std::optional(choices_.one_of(where_.users)) : std::nullopt;
    comment.comment.text = "{\"text\":\"" + choices_.one_of(where_.keys) + "\"}";
    return put_alarm_comment{comment};
  }
  default:
    break;
  }
  put_alarm put{old, old.value_or(alarm{})};
  put.now.id = id;
  put.now.version = old ? old->version + 1 : 1;
  if (!old) {
    put.now.created = any_time(now);
    put.now.tenant = device.rows.info.tenant;
    put.now.originator = device.rows.info.id;
    put.now.type = choices_.one_of(where_.names);
  }
  put.now.customer = device.rows.info.customer;
  put.now.severity = static_cast<alarm_severity>(choices_.pick(5));
  put.now.acknowledged = choices_.coin();
  put.now.cleared = put.now.cleared || choices_.coin();
  put.now.assignee = choices_.coin() ? std::optional(choices_.one_of(where_.users)) : std::nullopt;
  put.now.start = any_time(now);
  put.now.end = any_time(now);
  put.now.acknowledged_at = any_time(now);
  put.now.details.text = choices_.coin() ? "null" : R"({"a":"\u0000"})";
  put.now.propagation = {choices_.coin(), choices_.coin(), choices_.coin(), {}};
  put.now.shown_at.clear();
  if (choices_.coin()) {
    put.now.propagation.relation_types = {"Contains", "a \"quoted\" one"};
    put.now.shown_at = {choices_.one_of(where_.tenants).value,
                        choices_.one_of(where_.customers).value,
                        choices_.one_of(where_.devices).value};
  }
  return put;
}

std::vector<alarm> model::alarms() const {
  std::vector<alarm> all;
  for (const auto& [device, d] : devices) {
    for (const auto& [id, row] : d.alarms) {
      all.push_back(row);
    }
  }
  std::ranges::sort(all, {}, &alarm::id);
  return all;
}

std::vector<alarm_comment> model::comments_of(const alarm_id& alarm) const {
  std::vector<alarm_comment> found;
  for (const auto& [device, d] : devices) {
    for (const auto& [id, row] : d.alarm_comments) {
      if (row.alarm == alarm) {
        found.push_back(row);
      }
    }
  }
  return found;
}

} // namespace muster::test
