#include "actors/jobs/jobs.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace muster {

namespace {

/// How long a command of a job may wait for its actor.
constexpr milliseconds command_deadline = 10'000;

persistence::device_group group_of(const job& row) {
  persistence::device_group group{row.tenant};
  if (keeps_devices(row.kind)) {
    group.profile = profile_id{row.subject};
  } else if (row.kind == job_kind::give_back_devices) {
    group.customer = customer_id{row.subject};
  }
  return group;
}

} // namespace

void jobs::begin_slice(const entry& at) {
  if (at.superseded) {
    return commit(step::end, {persistence::erase_job{at.row.id}}, {});
  }
  const auto group = group_of(at.row);
  auto devices = needs_.rows.next_devices(group, at.row.after, slice);
  if (!devices) {
    return give_up();
  }
  if (devices->empty()) {
    return end_walk(at, group);
  }
  auto work = commands_for(at.row, *devices);
  if (!work) {
    return give_up();
  }
  if (!*work) {
    return commit(step::end, {persistence::erase_job{at.row.id}}, {});
  }
  auto total = needs_.rows.count_devices(group);
  if (!total) {
    return give_up();
  }
  {
    const std::lock_guard guard(mutex_);
    // What is given back or removed is counted no more.
    total_ = keeps_devices(at.row.kind) ? *total : at.row.done + *total;
  }
  send_all(*devices, std::move(**work));
}

/// nullopt: there is nothing to do any more.
result<std::optional<std::vector<command>>>
jobs::commands_for(const job& row, const std::vector<device_position>& devices) {
  if (row.kind == job_kind::rename_type) {
    auto profile = needs_.rows.read_profile(profile_id{row.subject});
    if (!profile) {
      return tl::unexpected(std::move(profile.error()));
    }
    if (!*profile) {
      return std::nullopt;
    }
    return renamings(**profile, devices);
  }
  auto body = body_for(row);
  if (!body) {
    return tl::unexpected(std::move(body.error()));
  }
  if (!*body) {
    return std::nullopt;
  }
  std::vector<command> work;
  for (const auto& device : devices) {
    work.push_back(command{device.id, system_sender{}, 0, **body});
  }
  return work;
}

result<std::vector<command>> jobs::renamings(const device_profile& profile,
                                             const std::vector<device_position>& devices) {
  std::vector<command> work;
  for (const auto& device : devices) {
    auto info = needs_.rows.read_device_info(device.id);
    if (!info) {
      return tl::unexpected(std::move(info.error()));
    }
    if (!*info || (*info)->profile != profile.id || (*info)->type == profile.name) {
      continue;
    }
    (*info)->type = profile.name;
    // Changed meanwhile, the device is read and asked again.
    update_device renaming{**info, (*info)->version};
    work.push_back(command{device.id, system_sender{}, 0, std::move(renaming)});
  }
  return work;
}

/// What all devices are told; nullopt: there is nothing to do any more.
result<std::optional<command_body>> jobs::body_for(const job& row) {
  if (row.kind == job_kind::remove_tenant) {
    return delete_device{};
  }
  if (row.kind == job_kind::give_back_devices) {
    return assign_device{std::nullopt, customer_id{row.subject}};
  }
  auto profile = needs_.rows.read_profile(profile_id{row.subject});
  if (!profile) {
    return tl::unexpected(std::move(profile.error()));
  }
  if (!*profile) {
    return std::nullopt;
  }
  set_target_package what{row.type, std::nullopt, (*profile)->id};
  const auto& id = row.type == package_type::firmware ? (*profile)->firmware : (*profile)->software;
  if (id) {
    auto package = needs_.rows.read_package(*id);
    if (!package) {
      return tl::unexpected(std::move(package.error()));
    }
    what.package = std::move(*package);
  }
  return what;
}

void jobs::send_all(const std::vector<device_position>& devices, std::vector<command> work) {
  const milliseconds deadline = needs_.clock.now().steady + command_deadline;
  std::vector<reply_handle> handles;
  {
    const std::lock_guard guard(mutex_);
    if (stopping_) {
      phase_ = phase::idle;
      return;
    }
    phase_ = work.empty() ? phase::answered : phase::waiting;
    step_ = step::devices;
    ++round_;
    outstanding_ = work.size();
    sent_ = devices.size();
    failures_ = 0;
    reached_ = devices.back();
    for (std::size_t i = 0; i < work.size(); ++i) {
      handles.emplace_back(reply_address{this, round_, i});
    }
  }
  for (std::size_t i = 0; i < work.size(); ++i) {
    work[i].deadline = deadline;
    needs_.send(std::move(work[i]), std::move(handles[i]));
  }
}

void jobs::end_walk(const entry& at, const persistence::device_group& group) {
  const bool stays = keeps_devices(at.row.kind);
  const auto left = needs_.rows.next_devices(group, std::nullopt, 1);
  if (!left) {
    return give_up();
  }
  if (at.skipped || (!stays && !left->empty())) {
    return walk_again(at.skipped);
  }
  if (at.row.kind == job_kind::remove_tenant) {
    auto rest = rest_of_tenant(needs_.rows, at.row.tenant);
    if (!rest) {
      return give_up();
    }
    if (!rest->mutations.empty()) {
      commit(step::rest, std::move(rest->mutations), std::move(rest->preconditions));
      return;
    }
    needs_.packages_freed();
  }
  commit(step::end, {persistence::erase_job{at.row.id}}, {});
}

void jobs::commit(step what, std::vector<persistence::mutation> mutations,
                  std::vector<persistence::precondition> preconditions) {
  persistence::submission changes;
  changes.changes.epoch = persistence::first_epoch;
  changes.changes.mutations = std::move(mutations);
  changes.changes.preconditions = std::move(preconditions);
  {
    const std::lock_guard guard(mutex_);
    phase_ = phase::waiting;
    step_ = what;
    outstanding_ = 1;
    failures_ = 0;
    changes.replies.push_back({reply_handle(reply_address{this, ++round_, 0}), done{}});
  }
  // Not taken, its handle answers by itself.
  needs_.submit(std::move(changes));
}

void jobs::give_up() {
  const std::lock_guard guard(mutex_);
  queue_.front().not_before = needs_.clock.now().steady + retry_after;
  phase_ = phase::idle;
}

void jobs::walk_again(bool skipped) {
  const std::lock_guard guard(mutex_);
  auto& at = queue_.front();
  at.row.after.reset();
  at.skipped = false;
  if (keeps_devices(at.row.kind)) {
    at.row.done = 0;
  }
  at.not_before = needs_.clock.now().steady + (skipped ? walk_again_after : 0);
  phase_ = phase::idle;
}

} // namespace muster
