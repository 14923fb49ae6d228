#include "actors/device/rpc_mailbox.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

std::size_t size_of(const rpc_request& request) noexcept {
  return request.method.size() + request.params.text.size() + request.additional_info.text.size();
}

} // namespace

void rpc_mailbox::restore(rpc_record&& record, instant now) {
  pending_rpc rpc;
  if (record.deliveries > 0) {
    // The wall clock may have been set back meanwhile: never wait longer than the whole span.
    const milliseconds passed = std::max<milliseconds>(0, later(now.wall, -record.last_delivery));
    rpc.delivered_at = later(now.steady, -passed);
  }
  rpc.record = std::move(record);
  insert(std::move(rpc));
}

void rpc_mailbox::insert(pending_rpc&& rpc) {
  bytes_ += size_of(rpc.record.request);
  const auto at = std::lower_bound(
      rpcs_.begin(), rpcs_.end(), rpc.record.number,
      [](const pending_rpc& r, rpc_number number) { return r.record.number < number; });
  rpcs_.insert(at, std::move(rpc));
}

bool rpc_mailbox::has_room(const rpc_request& request) const noexcept {
  return rpcs_.empty() || (rpcs_.size() < settings_->max_rpcs &&
                           bytes_ + size_of(request) <= settings_->max_rpc_bytes);
}

pending_rpc& rpc_mailbox::add(pending_rpc&& rpc) {
  bytes_ += size_of(rpc.record.request);
  return rpcs_.emplace_back(std::move(rpc));
}

bool rpc_mailbox::exhausted(const pending_rpc& rpc) const noexcept {
  const auto& request = rpc.record.request;
  return request.persistent && request.retries && rpc.record.deliveries > *request.retries;
}

const pending_rpc* rpc_mailbox::take(poll_id poll, instant now) {
  if (in_flight_poll_) {
    return nullptr;
  }
  const pending_rpc* chosen = nullptr;
  for (const auto& rpc : rpcs_) {
    if (rpc.record.request.expiration <= now.wall || rpc.outcome) {
      continue;
    }
    if (rpc.record.deliveries == 0) {
      chosen = &rpc;
      break;
    }
    const bool again =
        !exhausted(rpc) && later(rpc.delivered_at, settings_->redelivery_after) <= now.steady;
    if (again && (chosen == nullptr || rpc.delivered_at < chosen->delivered_at)) {
      chosen = &rpc;
    }
  }
  if (chosen != nullptr) {
    in_flight_poll_ = poll;
    in_flight_number_ = chosen->record.number;
  }
  return chosen;
}

rpc_mailbox::delivery rpc_mailbox::written(instant now) {
  in_flight_poll_.reset();
  const auto at = find(in_flight_number_);
  if (at == rpcs_.end()) {
    return {};
  }
  auto& record = at->record;
  record.status = rpc_status::delivered;
  ++record.deliveries;
  record.last_delivery = now.wall;
  at->delivered_at = now.steady;
  delivery made;
  if (record.request.oneway) {
    made.finished = extract(at);
  } else {
    made.rpc = &*at;
  }
  return made;
}

std::optional<pending_rpc> rpc_mailbox::answer(rpc_number number) {
  const auto at = find(number);
  if (at == rpcs_.end() || at->record.request.oneway || at->outcome) {
    return std::nullopt;
  }
  return extract(at);
}

std::optional<pending_rpc> rpc_mailbox::remove(const rpc_id& id) {
  const auto at = std::find_if(rpcs_.begin(), rpcs_.end(), [&](const pending_rpc& rpc) {
    return rpc.record.request.persistent && rpc.record.id == id;
  });
  return at == rpcs_.end() ? std::nullopt : std::optional(extract(at));
}

pending_rpc* rpc_mailbox::find_moved(const uuid& request_id) noexcept {
  const auto at = std::find_if(rpcs_.begin(), rpcs_.end(), [&](const pending_rpc& rpc) {
    return !rpc.record.request.persistent && !rpc.caller && rpc.stored() &&
           rpc.record.request.request_id == request_id;
  });
  return at == rpcs_.end() ? nullptr : &*at;
}

void rpc_mailbox::keep(pending_rpc&& rpc, reply outcome) {
  rpc.outcome = std::make_unique<reply>(std::move(outcome));
  insert(std::move(rpc));
}

pending_rpc rpc_mailbox::take_out(const pending_rpc& rpc) {
  return extract(rpcs_.begin() + (&rpc - rpcs_.data()));
}

std::vector<reply_handle> rpc_mailbox::make_durable(std::vector<rpc_record>& rows) {
  std::vector<reply_handle> callers;
  for (auto& rpc : rpcs_) {
    if (!rpc.stored()) {
      rpc.record.id.value = random_uuid();
      rows.push_back(rpc.record);
    }
    if (rpc.caller) {
      callers.push_back(std::move(rpc.caller));
    }
  }
  return callers;
}

std::vector<pending_rpc> rpc_mailbox::expire(instant now) {
  std::vector<pending_rpc> ended;
  for (auto at = rpcs_.begin(); at != rpcs_.end();) {
    const bool expired = at->record.request.expiration <= now.wall;
    const bool failed =
        exhausted(*at) && later(at->delivered_at, settings_->redelivery_after) <= now.steady;
    if (!expired && !failed) {
      ++at;
      continue;
    }
    at->record.status = expired ? rpc_status::expired : rpc_status::failed;
    const auto index = at - rpcs_.begin();
    ended.push_back(extract(at));
    at = rpcs_.begin() + index;
  }
  return ended;
}

std::vector<pending_rpc> rpc_mailbox::clear() {
  bytes_ = 0;
  return std::exchange(rpcs_, {});
}

milliseconds rpc_mailbox::next_deadline(instant now, bool poll_waiting) const noexcept {
  milliseconds next = never;
  for (const auto& rpc : rpcs_) {
    next = std::min(next, on_steady(rpc.record.request.expiration, now));
    if (rpc.record.deliveries == 0 || rpc.outcome) {
      continue;
    }
    if (exhausted(rpc) || (poll_waiting && !in_flight_poll_)) {
      next = std::min(next, later(rpc.delivered_at, settings_->redelivery_after));
    }
  }
  return next;
}

std::optional<timestamp> rpc_mailbox::next_durable(instant now) const noexcept {
  std::optional<timestamp> next;
  for (const auto& rpc : rpcs_) {
    if (!rpc.stored()) {
      continue;
    }
    timestamp ends = rpc.record.request.expiration;
    if (exhausted(rpc)) {
      // By the steady clock, as `expire` judges it: the wall clock may have jumped meanwhile.
      const milliseconds left = later(rpc.delivered_at, settings_->redelivery_after) - now.steady;
      ends = std::min(ends, later(now.wall, left));
    }
    next = next ? std::min(*next, ends) : ends;
  }
  return next;
}

bool rpc_mailbox::holds_volatile() const noexcept {
  return in_flight_poll_ || std::any_of(rpcs_.begin(), rpcs_.end(), [](const pending_rpc& rpc) {
           return !rpc.stored() || rpc.caller || rpc.outcome;
         });
}

std::size_t rpc_mailbox::queued() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(rpcs_.begin(), rpcs_.end(),
                    [](const pending_rpc& r) { return r.record.deliveries == 0 && !r.outcome; }));
}

std::vector<pending_rpc>::iterator rpc_mailbox::find(rpc_number number) noexcept {
  return std::find_if(rpcs_.begin(), rpcs_.end(),
                      [number](const pending_rpc& rpc) { return rpc.record.number == number; });
}

pending_rpc rpc_mailbox::extract(std::vector<pending_rpc>::iterator at) {
  pending_rpc rpc = std::move(*at);
  rpcs_.erase(at);
  bytes_ -= size_of(rpc.record.request);
  if (rpcs_.empty()) {
    rpcs_.shrink_to_fit();
  }
  return rpc;
}

} // namespace muster
