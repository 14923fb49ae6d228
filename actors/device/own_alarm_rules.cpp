#include "actors/device/audit.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/alarms/calculated_fields.hpp"
#include "actors/rules/engine/run_chain.hpp"
#include "actors/rules/owner_attributes.hpp"

#include <utility>

namespace muster {

void device_state::on(save_calculated_fields& what, context& with) {
  if (what.expected_version != info_.version) {
    with.answer(error{error_code::version_conflict, "Device was changed by someone else"});
    return;
  }
  device_info now = info_;
  now.calculated_fields = what.fields == json_text{"[]"} ? json_text{"null"} : what.fields;
  ++now.version;
  with.out.mutations.emplace_back(persistence::put_device{info_, now});
  info_ = std::move(now);
  read_own_alarms();
  audit(with, audit_action::updated, {"{\"name\":" + json_quoted(info_.name) + "}"});
  with.answer(info_);
}

void device_state::read_own_alarms() {
  auto programs = programs_of(info_);
  if (programs.empty()) {
    own_alarms_.reset();
    return;
  }
  auto asked = asked_by(programs);
  own_alarms_ = std::make_unique<own_alarms>(
      own_alarms{std::make_shared<const alarm_programs>(std::move(programs)), std::move(asked)});
}

device_state::held_alarm_rules device_state::alarm_rules() {
  held_alarm_rules held;
  if (rules_ == nullptr || (!rules_->alarmed() && !own_alarms_)) {
    return held;
  }
  held.rules = rules_->get();
  held.programs = held.rules->alarms;
  if (!own_alarms_) {
    return held;
  }
  auto& own = *own_alarms_;
  if (!held.programs) {
    held.programs = own.programs;
  } else {
    if (own.of_profile != held.programs) {
      alarm_programs all = *held.programs;
      all.insert(all.end(), own.programs->begin(), own.programs->end());
      own.all = std::make_shared<const alarm_programs>(std::move(all));
      own.of_profile = held.programs;
    }
    held.programs = own.all;
  }
  return held;
}

device_state::unread_owners device_state::owners_to_read() const {
  unread_owners unread;
  const bool asks = rules_ != nullptr &&
                    (rules_->asks_owners() || (own_alarms_ != nullptr && own_alarms_->asked.any()));
  if (!exists_ || !asks) {
    return unread;
  }
  const auto rules = rules_->get();
  unread.from = rules->owners;
  unread.tenant = info_.tenant;
  if (unread.from == nullptr) {
    return unread;
  }
  const auto add = [&](const entity_ref& one) {
    if (!unread.from->known(unread.tenant, one)) {
      unread.which.push_back(one);
    }
  };
  asked_owners asked = rules->asked;
  if (own_alarms_) {
    asked.add(own_alarms_->asked);
  }
  const auto& customer = pending_ && pending_->info ? pending_->info->customer : info_.customer;
  if (asked.customer && customer) {
    add({entity_type::customer, customer->value});
  }
  if (asked.tenant) {
    add({entity_type::tenant, info_.tenant.value});
  }
  for (const auto& one : asked.customers) {
    add({entity_type::customer, one.value});
  }
  return unread;
}

} // namespace muster
