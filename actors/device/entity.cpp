#include "actors/device/device_state.hpp"

#include <utility>

namespace muster {

using persistence::precondition;

namespace {

precondition name_free(const device_info& info) {
  return {persistence::device_name_free{info.tenant, info.name},
          {error_code::already_exists, "Device with such name already exists!"}};
}

precondition token_free(const credentials& access) {
  return {
      persistence::credentials_free{access.credentials_id},
      {error_code::already_exists, "Device credentials are already assigned to another device!"}};
}

} // namespace

void device_state::on(read_device&, context& with) {
  with.answer(info_);
}

void device_state::on(read_credentials&, context& with) {
  with.answer(access_);
}

void device_state::begin(pending_change&& change, effects& out) {
  pending_ = std::make_unique<pending_change>(std::move(change));
  out.exclusive = true;
}

void device_state::on(create_device& what, context& with) {
  if (exists_) {
    with.answer(error{error_code::already_exists, "Device already exists"});
    return;
  }
  what.info.id = info_.id;
  what.access.device = info_.id;
  with.out.preconditions.push_back(name_free(what.info));
  with.out.preconditions.push_back(token_free(what.access));
  with.out.mutations.emplace_back(persistence::put_device{std::nullopt, what.info});
  with.out.mutations.emplace_back(persistence::put_credentials{std::nullopt, what.access});
  with.answer(what.info);
  begin({std::move(what.info), std::move(what.access)}, with.out);
}

void device_state::replace(device_info& info, effects& out) const {
  info.id = info_.id;
  info.created = info_.created;
  info.tenant = info_.tenant;
  info.version = info_.version + 1;
  if (info.name != info_.name) {
    out.preconditions.push_back(name_free(info));
  }
  out.mutations.emplace_back(persistence::put_device{info_, info});
}

void device_state::replace(credentials& access, effects& out) const {
  access.id = access_.id;
  access.created = access_.created;
  access.device = info_.id;
  access.version = access_.version + 1;
  if (access.credentials_id != access_.credentials_id) {
    out.preconditions.push_back(token_free(access));
  }
  out.mutations.emplace_back(persistence::put_credentials{access_, access});
}

void device_state::on(update_device& what, context& with) {
  if (what.expected_version && *what.expected_version != info_.version) {
    with.answer(error{error_code::version_conflict, "Device was changed by someone else"});
    return;
  }
  replace(what.info, with.out);
  if (what.access) {
    replace(*what.access, with.out);
  }
  with.answer(what.info);
  begin({std::move(what.info), std::move(what.access)}, with.out);
}

void device_state::on(save_credentials& what, context& with) {
  if (what.expected_version && *what.expected_version != access_.version) {
    with.answer(
        error{error_code::version_conflict, "Device credentials were changed by someone else"});
    return;
  }
  replace(what.access, with.out);
  with.answer(what.access);
  begin({std::nullopt, std::move(what.access)}, with.out);
}

void device_state::on(delete_device&, context& with) {
  persistence::erase_device gone{info_, access_, {}};
  if (rpc_due_) {
    gone.dues.push_back({persistence::due_kind::rpc, *rpc_due_});
  }
  if (const auto quiet = activity_.due()) {
    gone.dues.push_back({persistence::due_kind::inactivity, *quiet});
  }
  with.out.mutations.emplace_back(std::move(gone));
  with.answer(done{});
  begin({}, with.out);
}

std::string device_state::ending_credentials() const {
  const bool ends = pending_ && (pending_->access || pending_->deletes());
  return ends ? access_.credentials_id : std::string();
}

void device_state::confirmed(instant now, effects& out) {
  const auto change = std::move(pending_);
  if (!change) {
    return;
  }
  if (change->deletes()) {
    forget_device(out);
    return;
  }
  if (change->info) {
    info_ = std::move(*change->info);
  }
  if (change->access) {
    access_ = std::move(*change->access);
    end_polls(error_code::unauthorized, out);
  }
  exists_ = true;
  flush_activity(now, out);
}

void device_state::forget_device(effects& out) {
  end_polls(error_code::unauthorized, out);
  auto rest =
      release(error{error_code::not_found, "Device with requested id wasn't found!"}, out.replies);
  *this = device_state(*settings_, info_.id);
}

} // namespace muster
