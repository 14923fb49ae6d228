#include "actors/device/without_device.hpp"

#include "actors/device/device_events.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/engine/rule_chains.hpp"

#include <utility>

namespace muster {

using persistence::device_rows;

result<std::optional<device_rows>> find_without_device(persistence::store& rows,
                                                       const device_id& which,
                                                       std::optional<device_rows>&& left) {
  const tenant_id tenant{which.value};
  const auto own = rows.read_tenant(tenant);
  if (!own) {
    return tl::unexpected(own.error());
  }
  if (!*own && !left) {
    return std::nullopt;
  }
  device_rows found = left ? std::move(*left) : device_rows{};
  found.exists = false;
  found.info.id = which;
  if (*own) {
    const auto profile = rows.find_default_profile(tenant);
    if (!profile) {
      return tl::unexpected(profile.error());
    }
    found.info.tenant = tenant;
    found.info.profile = *profile ? (*profile)->id : profile_id{};
  }
  return found;
}

std::optional<error> device_state::check_without_device(const command& what) const {
  const bool by_server = std::holds_alternative<system_sender>(what.sender);
  const bool of_chains = std::holds_alternative<take_rule_message>(what.body) ||
                         std::holds_alternative<read_latest>(what.body);
  // What is brought to a tenant that goes has nowhere to wait.
  const bool gone = rules_ != nullptr && rules_->special() && rules_->get()->tenant_gone;
  if (of_tenant_ && !gone && by_server && of_chains) {
    return std::nullopt;
  }
  return error{error_code::not_found, "Device with requested id wasn't found!"};
}

void device_state::tick_without_device(instant now, effects& out) {
  if (of_tenant_ || !outbox_) {
    return tick_outbox(now, out);
  }
  // What waits for a time waits for chains that are nobody's any more.
  while (!outbox_->take_due(never, out).empty()) {
  }
  outbox_->begin_postponed(now, out);
  outbox_->settle_due(now.wall, out);
  if (outbox_->drained()) {
    outbox::forget_numbers(out);
    outbox_.reset();
  }
}

std::optional<device_rows> device_state::tell_deleted(context& with) const {
  const auto rules = chain_for(&chain_shortcuts::events);
  if (!rules || rules->tenant_gone) {
    return std::nullopt;
  }
  auto message = entity_event(message_types::entity_deleted, info_, with.who, with.now.wall);
  std::vector<left_work> work;
  work.push_back({{{rules->entry->id, {}}, {}, std::move(message)},
                  hand_over_work{device_id{info_.tenant.value}}});
  device_rows left;
  left.exists = false;
  left.info.id = info_.id;
  left.outbox = outbox::first_rows(std::move(work));
  left.due_outbox = with.now.wall;
  for (const auto& row : left.outbox) {
    with.out.mutations.emplace_back(persistence::put_outbox{row});
  }
  with.out.mutations.emplace_back(
      persistence::put_due{persistence::due_kind::outbox, *left.due_outbox, std::nullopt});
  return left;
}

} // namespace muster
