#include "actors/device/device_events.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/alarm_text.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/engine/rule_message.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace muster {

result<alarm_outcome> device_state::raise_alarm(const alarm_demand& demand, instant now,
                                                effects& out) {
  using change = alarm_outcome::change;
  static const active_alarms none;
  auto made = (alarms_ ? *alarms_ : none).raised(demand, now.wall);
  if (!made) {
    return tl::unexpected(std::move(made.error()));
  }
  if (made->old && made->old->version == made->now.version) {
    return alarm_outcome{change::nothing, std::move(made->now)};
  }
  complete(*made, now);
  keep_alarm(*made, out);
  spread_alarm(*made, now, out);
  const auto what = !made->old                                  ? change::created
                    : made->old->severity == made->now.severity ? change::updated
                                                                : change::severity_updated;
  return alarm_outcome{what, std::move(made->now)};
}

std::optional<alarm> device_state::clear_alarm(std::string_view type,
                                               const std::optional<json_text>& details, instant now,
                                               effects& out) {
  const alarm* found = alarms_ ? alarms_->find(type) : nullptr;
  if (found == nullptr) {
    return std::nullopt;
  }
  changed_alarm change{*found, *found};
  clear(change.now, details, now.wall);
  keep_alarm(change, out);
  return std::move(change.now);
}

void device_state::complete(changed_alarm& change, instant now) const {
  auto& made = change.now;
  if (!change.old) {
    made.id.value = ordered_uuid(now.wall);
    made.tenant = info_.tenant;
    made.customer = info_.customer;
    made.originator = info_.id;
  }
  const bool spread = change.old && made.propagation.to_related;
  made.shown_at = lists_of(made, spread ? related_of(*change.old) : std::vector<uuid>());
}

void device_state::spread_alarm(const changed_alarm& change, instant now, effects& out) {
  const auto& made = change.now;
  if (!made.propagation.to_related || (change.old && change.old->propagation == made.propagation)) {
    return;
  }
  if (auto left = leave_work({{}, spread_work{made.id}}, now, out); !left) {
    spdlog::warn("device {}: an alarm is not shown at related entities: {}", to_string(info_.id),
                 left.error().message);
  }
}

std::vector<uuid> device_state::related_of(const alarm& one) const {
  const auto others = lists_of(one, {});
  std::vector<uuid> related;
  std::ranges::copy_if(one.shown_at, std::back_inserter(related), [&](const uuid& list) {
    return std::ranges::find(others, list) == others.end();
  });
  return related;
}

std::vector<uuid> device_state::lists_of(const alarm& one, const std::vector<uuid>& related) const {
  std::vector<uuid> lists;
  const bool owned_by_tenant = one.propagation.to_owner && !one.customer;
  if (one.propagation.to_owner && one.customer) {
    lists.push_back(one.customer->value);
  }
  if (one.propagation.to_tenant || owned_by_tenant) {
    lists.push_back(one.tenant.value);
  }
  std::ranges::copy_if(related, std::back_inserter(lists), [&](const uuid& list) {
    return std::ranges::find(lists, list) == lists.end();
  });
  return lists;
}

void device_state::keep_alarm(const changed_alarm& change, effects& out) {
  out.mutations.emplace_back(persistence::put_alarm{change.old, change.now});
  if (!alarms_) {
    alarms_ = std::make_unique<active_alarms>();
  }
  alarms_->put(change.now);
  if (alarms_->all().empty()) {
    alarms_.reset();
  }
  if (change.now.cleared) {
    restart_alarm_rules(change.now.type, out);
  }
}

void device_state::forget_alarm(const alarm_id& id, effects& out) {
  if (const auto* gone = alarms_->find(id)) {
    restart_alarm_rules(gone->type, out);
  }
  alarms_->erase(id);
  if (alarms_->all().empty()) {
    alarms_.reset();
  }
}

std::vector<alarm>
device_state::alarms_of_customer(const std::optional<customer_id>& customer) const {
  std::vector<alarm> moved = alarms_->all();
  for (auto& one : moved) {
    const auto related = related_of(one);
    one.customer = customer;
    one.shown_at = lists_of(one, related);
    ++one.version;
  }
  return moved;
}

rule_message device_state::message_of(std::string_view type, const alarm& one, const caller* who,
                                      instant now) const {
  rule_message made;
  made.type = type;
  made.ts = now.wall;
  made.originator = {entity_type::device, info_.id.value};
  made.metadata = {{"entityName", one.type}, {"entityType", "ALARM"}};
  add_user(who, made.metadata);
  made.data = message_data::of_text(alarm_info_text(one, info_, nullptr));
  return made;
}

} // namespace muster
