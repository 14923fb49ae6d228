#include "actors/device/audit.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/run_chain.hpp"

#include <utility>

namespace muster {

using persistence::precondition;

namespace {

precondition name_free(const device_info& info) {
  return {persistence::device_name_free{info.tenant, info.name},
          {error_code::already_exists, "Device with such name already exists!"}};
}

json_text described(const device_info& info) {
  std::string text = "{\"name\":" + json_quoted(info.name) + ",\"type\":" + json_quoted(info.type);
  if (info.label) {
    text += ",\"label\":" + json_quoted(*info.label);
  }
  if (info.firmware) {
    text += ",\"firmwareId\":" + json_quoted(to_string(*info.firmware));
  }
  if (info.software) {
    text += ",\"softwareId\":" + json_quoted(to_string(*info.software));
  }
  return {text + "}"};
}

precondition token_free(const credentials& access) {
  return {
      persistence::credentials_free{access.credentials_id},
      {error_code::already_exists, "Device credentials are already assigned to another device!"}};
}

/// What a changed device refers to anew must be there still when that is written.
void rest_on_references(const device_info& from, const device_info& to,
                        std::vector<precondition>& into) {
  if (to.customer && to.customer != from.customer) {
    into.push_back({persistence::customer_is{*to.customer, 0},
                    {error_code::not_found,
                     "Customer with id [" + to_string(*to.customer) + "] is not found"}});
  }
  for (const auto& [now, before] :
       {std::pair(to.firmware, from.firmware), std::pair(to.software, from.software)}) {
    if (now && now != before) {
      into.push_back(
          {persistence::package_is{*now, 0},
           {error_code::not_found, "OtaPackage with id [" + to_string(*now) + "] is not found"}});
    }
  }
}

} // namespace

void device_state::on(read_device&, context& with) {
  with.answer(info_);
}

void device_state::on(read_credentials&, context& with) {
  with.answer(access_);
}

void device_state::begin(pending_change&& change, effects& out) {
  if (change.tells) {
    change.held = std::exchange(out.replies, {});
  }
  pending_ = std::make_unique<pending_change>(std::move(change));
  out.exclusive = true;
}

void device_state::replace(device_info& info, effects& out) const {
  info.id = info_.id;
  info.created = info_.created;
  info.tenant = info_.tenant;
  info.calculated_fields = info_.calculated_fields;
  info.version = info_.version + 1;
  if (info.name != info_.name) {
    out.preconditions.push_back(name_free(info));
  }
  out.mutations.emplace_back(persistence::put_device{info_, info});
  if (alarms_ && info.customer != info_.customer) {
    const auto& before = alarms_->all();
    auto after = alarms_of_customer(info.customer);
    for (std::size_t i = 0; i < after.size(); ++i) {
      out.mutations.emplace_back(persistence::put_alarm{before[i], std::move(after[i])});
    }
  }
}

void device_state::replace(credentials& access, const profile_id& profile, effects& out) const {
  access.id = access_.id;
  access.created = access_.created;
  access.device = info_.id;
  access.version = access_.version + 1;
  if (access.credentials_id != access_.credentials_id) {
    out.preconditions.push_back(token_free(access));
  }
  out.mutations.emplace_back(persistence::put_credentials{access_, access, info_.tenant, profile});
}

void device_state::on(update_device& what, context& with) {
  if (what.expected_version && *what.expected_version != info_.version) {
    with.answer(error{error_code::version_conflict, "Device was changed by someone else"});
    return;
  }
  if (with.who != nullptr && with.who->role == authority::customer_user) {
    what.info.customer = info_.customer;
  }
  pending_change change;
  const bool moves = what.info.profile != info_.profile;
  replace(what.info, with.out);
  if (what.access) {
    replace(*what.access, what.info.profile, with.out);
  } else if (moves) {
    // The edge learns of the profile by the token.
    with.out.mutations.emplace_back(
        persistence::put_credentials{access_, access_, info_.tenant, what.info.profile});
  }
  if (what.targets) {
    with.out.preconditions.push_back(
        {persistence::profile_is{what.info.profile, what.targets->profile_version},
         {error_code::version_conflict, "Device profile was changed by someone else"}});
    rest_on_references(info_, what.info, with.out.preconditions);
    prepare(*what.targets, with.now, change, with.out);
  }
  audit(with, audit_action::updated, described(what.info));
  if (what.access) {
    audit(with, audit_action::credentials_updated, {});
  }
  with.answer(what.info);
  change.info = std::move(what.info);
  change.access = std::move(what.access);
  tell_change(change, with);
  begin(std::move(change), with.out);
}

void device_state::on(save_credentials& what, context& with) {
  if (what.expected_version && *what.expected_version != access_.version) {
    with.answer(
        error{error_code::version_conflict, "Device credentials were changed by someone else"});
    return;
  }
  replace(what.access, info_.profile, with.out);
  audit(with, audit_action::credentials_updated, {});
  with.answer(what.access);
  pending_change change;
  change.access = std::move(what.access);
  begin(std::move(change), with.out);
}

void device_state::on(delete_device&, context& with) {
  persistence::erase_device gone{info_, access_, {}};
  if (rpc_due_) {
    gone.dues.push_back({persistence::due_kind::rpc, *rpc_due_});
  }
  if (const auto quiet = activity_.due()) {
    gone.dues.push_back({persistence::due_kind::inactivity, *quiet});
  }
  if (outbox_ && outbox_->due()) {
    gone.dues.push_back({persistence::due_kind::outbox, *outbox_->due()});
  }
  if (watch_ && watch_->due) {
    gone.dues.push_back({persistence::due_kind::alarm_rules, *watch_->due});
  }
  with.out.mutations.emplace_back(std::move(gone));
  pending_change change;
  change.left = tell_deleted(with);
  audit(with, audit_action::deleted, {});
  with.answer(done{});
  begin(std::move(change), with.out);
}

std::string device_state::ending_credentials() const {
  const bool ends = pending_ && (pending_->access || pending_->deletes() ||
                                 pending_->info->profile != info_.profile);
  return ends ? access_.credentials_id : std::string();
}

void device_state::confirmed(instant now, effects& out) {
  const auto change = std::move(pending_);
  if (!change) {
    return;
  }
  if (change->deletes()) {
    forget_device(std::move(change->left), now, out);
    return;
  }
  take_over(*change, out);
  flush_activity(now, out);
  if (change->tells) {
    for (auto& message : *change->tells) {
      tell({std::move(message)}, now, out);
    }
  }
  std::move(change->held.begin(), change->held.end(), std::back_inserter(out.replies));
}

void device_state::refused(const error& why, effects& out) {
  const auto change = std::move(pending_);
  for (auto& one : change->held) {
    out.answer(std::move(one.to), why);
  }
}

void device_state::take_over(pending_change& change, effects& out) {
  if (change.info) {
    if (alarms_ && change.info->customer != info_.customer) {
      for (const auto& one : alarms_of_customer(change.info->customer)) {
        alarms_->put(one);
      }
    }
    info_ = std::move(*change.info);
  }
  if (change.access) {
    access_ = std::move(*change.access);
    end_polls(error_code::unauthorized, out);
  }
  if (change.server) {
    group(attribute_scope::server) = std::move(*change.server);
  }
  if (change.latest) {
    latest_ = std::move(*change.latest);
  }
  if (change.ends_offer) {
    claim_->clear();
  }
  if (change.shared) {
    cursor_.next_change();
    group(attribute_scope::shared) = std::move(*change.shared);
    serve_attribute_polls(out);
  }
}

void device_state::forget_device(std::optional<persistence::device_rows>&& left, instant now,
                                 effects& out) {
  end_polls(error_code::unauthorized, out);
  auto rest =
      release(error{error_code::not_found, "Device with requested id wasn't found!"}, out.replies);
  if (!left) {
    *this = device_state(*settings_, info_.id);
    return;
  }
  *this = device_state(*settings_, std::move(*left), now);
  outbox_->begin_all(out);
}

} // namespace muster
