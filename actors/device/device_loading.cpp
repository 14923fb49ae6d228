#include "actors/device/device_shell.hpp"
#include "actors/device/without_device.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace muster {

namespace {

constexpr std::uint8_t max_failures = 5;
constexpr milliseconds failure_window = 60'000;
constexpr milliseconds retry_after = 1'000;

} // namespace

bool device_host::load(device_slot& slot, std::uint64_t activation) {
  return read([this, &slot, activation]() noexcept {
    result<std::optional<persistence::device_rows>> found =
        fail(error_code::internal, "The device could not be read");
    try {
      found = rows().read_device(slot.device);
    } catch (const std::exception& e) {
      spdlog::error("device {}: reading failed: {}", to_string(slot.device), e.what());
    }
    deliver_rows(*this, slot, activation, std::move(found));
  });
}

void deliver_rows(device_host& host, device_slot& slot, std::uint64_t activation,
                  result<std::optional<persistence::device_rows>>&& rows) noexcept {
  loaded what{activation, std::move(rows)};
  try {
    if (what.rows && !(*what.rows && (*what.rows)->exists)) {
      what.rows = find_without_device(host.rows(), slot.device, std::move(*what.rows));
    }
    const bool has_rules = what.rows && *what.rows && (*what.rows)->info.tenant != tenant_id{};
    if (host.rules() != nullptr && has_rules) {
      const auto& info = (*what.rows)->info;
      if (const auto rules = host.rules()->get(info.tenant, info.profile)) {
        what.rules = *rules;
      } else {
        what.rows = tl::unexpected(rules.error());
      }
    }
  } catch (const std::exception& e) {
    spdlog::error("device {}: reading failed: {}", to_string(slot.device), e.what());
    what.rows = fail(error_code::internal, "The device could not be read");
  }
  host.post_read(slot, std::make_shared<envelope>(std::move(what)));
}

void device_shell::move_to(phase to) noexcept {
  auto& counts = host_.counts();
  const auto one = [&](phase p) -> std::atomic<std::int64_t>* {
    return p == phase::loading ? &counts.loading
                               : (p == phase::quarantined ? &counts.quarantined : nullptr);
  };
  if (auto* from = one(phase_)) {
    from->fetch_sub(1, std::memory_order_relaxed);
  }
  if (auto* now = one(to)) {
    now->fetch_add(1, std::memory_order_relaxed);
  }
  phase_ = to;
}

std::uint64_t device_shell::begin_load() {
  move_to(phase::loading);
  reading_ = true;
  retry_at_ = never;
  slot_->poisoned.store(false);
  activation_ = host_.next_activation();
  to_begin_.clear();
  announced_ = 0;
  heard_ = 0;
  // Handed over to the envelope with the rows.
  slot_->work.fetch_add(1);
  return activation_;
}

void device_shell::request_load() {
  if (!host_.load(*slot_, begin_load())) {
    release();
    load_failed({error_code::overloaded, {}});
  }
}

std::uint64_t device_shell::begin(envelope_ptr first) {
  stash(first);
  return begin_load();
}

bool device_shell::vanish(std::optional<timestamp>& due) {
  if (phase_ != phase::ready || !state_->can_leave() || state_->unsaved() ||
      slot_->poisoned.load()) {
    return false;
  }
  due = state_->next_due();
  state_.reset();
  // The next device is none of its watcher's business.
  trace_.reset();
  count();
  move_to(phase::unloaded);
  retry_at_ = never;
  failures_ = 0;
  failures_since_ = 0;
  return true;
}

void device_shell::load_failed(error why) {
  reading_ = false;
  move_to(phase::unloaded);
  retry_at_ = later(now_.steady, retry_after);
  for (const auto& waiting : std::exchange(stash_, {})) {
    if (auto* command = std::get_if<incoming>(waiting.get())) {
      refuse(*command, why);
    } else if (const auto* report = std::get_if<poll_report>(waiting.get())) {
      report_to_kept(*report);
    }
    release();
  }
  try_leave();
}

void device_shell::on(loaded& what, const envelope_ptr&) {
  if (phase_ != phase::loading || what.activation != activation_) {
    return;
  }
  if (!what.rows) {
    load_failed(std::move(what.rows.error()));
    return;
  }
  reading_ = false;
  if (*what.rows) {
    state_.emplace(host_.settings(), std::move(**what.rows), now_, what.rules);
  } else {
    state_.emplace(host_.settings(), slot_->device);
  }
  move_to(phase::ready);
  effects out;
  state_->adopt(std::exchange(kept_, {}), now_, out);
  finish(std::move(out));
}

void device_shell::on(reload&, const envelope_ptr&) {
  if (phase_ == phase::loading && !reading_) {
    request_load();
  } else if ((phase_ == phase::ready || phase_ == phase::settling) && slot_->poisoned.load()) {
    drop_state({error_code::storage_unavailable, {}});
  }
}

void device_shell::drop_state(error why) {
  note(recorded::dropped, why.code);
  fail_unsure(why);
  owners_awaited_ = false;
  owners_fresh_ = false;
  std::vector<completion> replies;
  if (state_) {
    kept_ = state_->release(std::move(why), replies);
    state_.reset();
  }
  to_read_.reset();
  to_begin_.clear();
  answer_all(std::move(replies));
  move_to(phase::loading);
  reading_ = false;
  slot_->poisoned.store(true);
  // Else the outcome of the last submission under way brings a `reload`.
  if (slot_->outstanding.load() == 0) {
    request_load();
  }
}

void device_shell::failed(const char* what) noexcept {
  spdlog::error("device {}: {}", to_string(slot_->device), what);
  note(recorded::exception, error_code::internal);
  host_.counts().exceptions.fetch_add(1, std::memory_order_relaxed);
  if (now_.steady - failures_since_ > failure_window) {
    failures_since_ = now_.steady;
    failures_ = 0;
  }
  drop_state({error_code::internal, {}});
  if (++failures_ >= max_failures) {
    spdlog::error("device {}: failed {} times in a minute and is out of service",
                  to_string(slot_->device), max_failures);
    note(recorded::quarantined);
    move_to(phase::quarantined);
    time_out_kept(never);
    for (const auto& waiting : std::exchange(stash_, {})) {
      if (auto* command = std::get_if<incoming>(waiting.get())) {
        refuse(*command, {error_code::overloaded, {}});
      }
      release();
    }
  }
  count();
}

void device_shell::time_out_kept(milliseconds steady) {
  std::vector<completion> replies;
  for (auto* polls : {&kept_.rpc, &kept_.attributes}) {
    std::erase_if(*polls, [&](parked_poll& poll) {
      if (poll.deadline > steady) {
        return false;
      }
      replies.push_back({std::move(poll.to), error{error_code::poll_timeout, {}}});
      return true;
    });
  }
  answer_all(std::move(replies));
}

/// Without a state only the polls that wait for the next one can be meant: whoever of them has left
/// must not be handed over, since nothing would ever be heard of what it is given.
void device_shell::report_to_kept(const poll_report& what) {
  if (what.what != poll_report::outcome::lost) {
    return;
  }
  for (auto* polls : {&kept_.rpc, &kept_.attributes}) {
    std::erase_if(*polls, [&](const parked_poll& poll) { return poll.poll == what.poll; });
  }
}

milliseconds device_shell::next_deadline() const noexcept {
  if (phase_ == phase::ready) {
    const milliseconds next = state_->next_deadline(now_);
    return departing_ == departure::draining ? std::min(next, reports_until_) : next;
  }
  milliseconds next =
      phase_ == phase::unloaded && departing_ == departure::staying ? retry_at_ : never;
  for (const auto* polls : {&kept_.rpc, &kept_.attributes}) {
    for (const auto& poll : *polls) {
      next = std::min(next, poll.deadline);
    }
  }
  return next;
}

void device_shell::count() {
  const auto put = [](std::atomic<std::int64_t>& total, std::uint32_t& counted, std::size_t now) {
    if (counted != now) {
      total.fetch_add(static_cast<std::int64_t>(now) - counted, std::memory_order_relaxed);
      counted = static_cast<std::uint32_t>(now);
    }
  };
  const std::size_t polls = ended_ || !state_ ? 0 : state_->polls();
  const std::size_t rpcs = ended_ || !state_ ? 0 : state_->mailbox().size();
  const std::size_t queued = rpcs == 0 ? 0 : state_->mailbox().queued();
  auto& counts = host_.counts();
  if (slot_->has_rpcs.load(std::memory_order_relaxed) != (rpcs > 0)) {
    slot_->has_rpcs.store(rpcs > 0, std::memory_order_relaxed);
  }
  put(counts.polls, counted_polls_, polls);
  put(counts.rpcs_queued, counted_queued_, queued);
  put(counts.rpcs_delivered, counted_delivered_, rpcs - queued);
}

} // namespace muster
