#include "actors/jobs/rollout_counts.hpp"

#include "actors/device/attribute_group.hpp"
#include "actors/device/latest_values.hpp"
#include "actors/device/packages.hpp"

#include <optional>
#include <unordered_map>
#include <utility>

namespace muster {

namespace {

/// Devices of one piece of a walk.
constexpr std::size_t piece = 128;

} // namespace

struct rollout_counts::walk {
  walk(rollout_counts& home, get_rollout asked, reply_handle handle)
      : from(home), what(std::move(asked)), to(std::move(handle)) {
    ++from.walks_;
  }
  walk(const walk&) = delete;
  walk& operator=(const walk&) = delete;
  ~walk() { --from.walks_; }

  rollout_counts& from;
  get_rollout what;
  reply_handle to;
  std::optional<package_info> package;
  std::optional<device_position> after;
  /// By profile: whether it is assigned the package.
  std::unordered_map<profile_id, bool> profiles;
  rollout_status found;
};

void rollout_counts::ask(get_rollout what, reply_handle to) {
  if (what.who.role != authority::tenant_administrator) {
    return to.answer(
        error{error_code::forbidden, "You don't have permission to perform this operation!"});
  }
  if (walks_ >= max_walks) {
    return to.answer(error{error_code::overloaded, {}});
  }
  queue(std::make_shared<walk>(*this, std::move(what), std::move(to)));
}

/// Not queued, the walk ends and its handle answers overloaded.
void rollout_counts::queue(std::shared_ptr<walk> one) {
  read_([this, one = std::move(one)] { go_on(one); });
}

void rollout_counts::go_on(const std::shared_ptr<walk>& one) {
  const auto more = one->package ? count_piece(*one) : begin(*one);
  if (!more) {
    return one->to.answer(more.error());
  }
  if (*more) {
    return queue(one);
  }
  if (auto ended = finish(*one); !ended) {
    return one->to.answer(std::move(ended.error()));
  }
  one->to.answer(std::move(one->found));
}

result<bool> rollout_counts::begin(walk& one) {
  auto package = rows_.read_package(one.what.package);
  if (!package) {
    return tl::unexpected(std::move(package.error()));
  }
  if (!*package || (*package)->tenant != one.what.who.tenant) {
    return fail(error_code::not_found, "Requested item wasn't found!");
  }
  one.package = std::move(**package);
  return true;
}

result<bool> rollout_counts::count_piece(walk& one) {
  const persistence::device_group group{one.package->tenant, std::nullopt, one.package->profile};
  const auto devices = rows_.next_devices(group, one.after, piece);
  if (!devices) {
    return tl::unexpected(devices.error());
  }
  for (const auto& device : *devices) {
    if (auto counted = count(one, device.id); !counted) {
      return tl::unexpected(std::move(counted.error()));
    }
    one.after = device;
  }
  return !devices->empty();
}

result<bool> rollout_counts::targeted_by(walk& one, const profile_id& profile) {
  if (const auto known = one.profiles.find(profile); known != one.profiles.end()) {
    return known->second;
  }
  const auto row = rows_.read_profile(profile);
  if (!row) {
    return tl::unexpected(row.error());
  }
  const bool firmware = one.package->type == package_type::firmware;
  const bool targeted = *row && (firmware ? (*row)->firmware : (*row)->software) == one.package->id;
  one.profiles.emplace(profile, targeted);
  return targeted;
}

result<void> rollout_counts::count(walk& one, const device_id& device) {
  const auto info = rows_.read_device_info(device);
  if (!info) {
    return tl::unexpected(info.error());
  }
  if (!*info) {
    return {};
  }
  const bool firmware = one.package->type == package_type::firmware;
  const auto& own = firmware ? (*info)->firmware : (*info)->software;
  const auto targeted =
      own ? result<bool>(*own == one.package->id) : targeted_by(one, (*info)->profile);
  if (!targeted || !*targeted) {
    return targeted ? result<void>() : tl::unexpected(targeted.error());
  }
  auto rows = rows_.view_device(device);
  if (!rows) {
    return tl::unexpected(std::move(rows.error()));
  }
  if (!*rows) {
    return {};
  }
  ++one.found.devices;
  const auto scope = static_cast<std::size_t>(attribute_scope::shared);
  attribute_group shared(std::move((*rows)->attributes[scope]));
  one.found.told += show_package(shared, one.package->type, one.package, 0, 0, false) ? 0 : 1;
  const latest_values latest(std::move((*rows)->latest), (*rows)->journal);
  const auto* state = latest.find(firmware ? "fw_state" : "sw_state");
  if (const auto* text = state == nullptr ? nullptr : std::get_if<std::string>(&state->val)) {
    ++one.found.states[*text];
  }
  return {};
}

result<void> rollout_counts::finish(walk& one) {
  for (const auto& job : jobs_.list()) {
    if (job.kind != job_kind::rollout || job.type != one.package->type ||
        job.tenant != one.package->tenant) {
      continue;
    }
    const auto targeted = targeted_by(one, profile_id{job.subject});
    if (!targeted) {
      return tl::unexpected(targeted.error());
    }
    one.found.running |= *targeted;
  }
  return {};
}

} // namespace muster
