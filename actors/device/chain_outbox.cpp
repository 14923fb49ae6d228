#include "actors/device/chain_device.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace muster {

namespace {

/// As the RPC request node names what an RPC ended with (reference rules, 4.3).
rpc_ended outcome_of(reply&& how) {
  if (const auto* refusal = std::get_if<error>(&how)) {
    switch (refusal->code) {
    case error_code::rpc_timeout:
      return {{}, "TIMEOUT"};
    case error_code::rpc_undelivered:
      return {{}, "NO_ACTIVE_CONNECTION"};
    default:
      return {{}, "INTERNAL"};
    }
  }
  auto* answer = std::get_if<rpc_answer>(&how);
  return {answer != nullptr ? std::move(answer->response) : json_text{}, {}};
}

} // namespace

void device_state::restore_outbox(persistence::device_rows& rows) {
  if (rows.outbox.empty() && !rows.due_outbox) {
    return;
  }
  outbox_ = std::make_unique<outbox>(*settings_, std::move(rows.outbox), rows.due_outbox);
  if (outbox_->unreadable() > 0) {
    spdlog::error("device {}: {} rows of its outbox cannot be read and are left alone",
                  to_string(info_.id), outbox_->unreadable());
  }
}

outbox& device_state::open_outbox() {
  if (!outbox_) {
    outbox_ = std::make_unique<outbox>(*settings_);
  }
  return *outbox_;
}

result<void> device_state::leave_work(left_work&& what, instant now, effects& out) {
  return open_outbox().add(std::move(what), now, out).map([](std::uint64_t) {});
}

result<void> device_state::send_of_chain(rpc_request&& request, chain_place&& resumes, instant now,
                                         effects& out) {
  const bool awaited = !request.persistent;
  const timestamp expires = request.expiration;
  if (awaited && !open_outbox().has_room()) {
    return fail(error_code::overloaded);
  }
  reply_handle nobody;
  const auto at_once = begin_rpc(std::move(request), nobody, now, out);
  if (const auto* refusal = at_once ? std::get_if<error>(&*at_once) : nullptr) {
    return tl::unexpected(*refusal);
  }
  return awaited ? leave_work({std::move(resumes), rpc_work{rpc_used_, expires}}, now, out)
                 : result<void>{};
}

/// False: no chain waits for it.
bool device_state::end_rpc_of_chain(const pending_rpc& rpc, reply& how, instant now, effects& out) {
  auto left = outbox_ ? outbox_->take_rpc(rpc.record.number, out) : std::nullopt;
  if (!left) {
    return false;
  }
  resume_work(std::move(*left), outcome_of(std::move(how)), now, out);
  return true;
}

void device_state::worked(std::uint64_t number, work_outcome&& outcome, instant now, effects& out) {
  if (!outbox_) {
    return;
  }
  if (const auto* again = std::get_if<try_again>(&outcome)) {
    spdlog::warn("device {}: work of a rule chain is tried again: {}", to_string(info_.id),
                 again->why);
    outbox_->postpone(number, now);
    return;
  }
  if (auto left = outbox_->take(number, out)) {
    const bool gone = std::holds_alternative<hand_over_work>(left->what) &&
                      std::holds_alternative<work_done>(outcome);
    if (!gone) {
      resume_work(std::move(*left), std::move(outcome), now, out);
    }
  }
}

void device_state::on(take_rule_message& what, context& with) {
  auto message = decode_left_work(what.message);
  if (!message) {
    return with.answer(std::move(message.error()));
  }
  const auto rules = rules_ != nullptr ? rules_->get() : nullptr;
  const bool known = (rules && rules->chains) || open_outbox().chains();
  if (message->place.at != node_place{} && !known) {
    // Whoever brings it is to keep it until there are chains again.
    return with.answer(error{error_code::overloaded, {}});
  }
  const bool again = what.from && open_outbox().came_before(message->place.at, *what.from,
                                                            what.number, with.now, with.out);
  if (!again) {
    resume_work(std::move(*message), handed_over{}, with.now, with.out);
  }
  with.answer(done{});
}

void device_state::resume_work(left_work&& what, work_outcome&& outcome, instant now,
                               effects& out) {
  if (std::holds_alternative<spread_work>(what.what)) {
    if (const auto* failure = std::get_if<work_failed>(&outcome)) {
      spdlog::warn("device {}: an alarm is not shown at related entities: {}", to_string(info_.id),
                   failure->why);
    }
    return;
  }
  if (what.place.at == node_place{}) {
    return tell({std::move(what.place.message)}, now, out);
  }
  const auto rules = rules_ != nullptr ? rules_->get() : nullptr;
  if (rules && rules->chains) {
    open_outbox().know(rules->chains);
  }
  // Held here, since a chain may leave new work.
  const auto chains = open_outbox().chains();
  if (!chains) {
    return;
  }
  chain_device device(*this, now, out);
  if (what.place.at.node != rule_node_id{}) {
    device.resume(*chains, std::move(what.place), std::move(outcome));
  } else if (const auto* entry = chains->find(what.place.at.chain)) {
    device.run(*chains, *entry, std::move(what.place.message));
  }
  device.settle();
}

void device_state::tend_sources(instant now, effects& out) {
  const auto rules = rules_ != nullptr ? rules_->get() : nullptr;
  if ((exists_ || of_tenant_) && rules && rules->chains) {
    chain_device device(*this, now, out);
    begin_sources({*rules->chains, device, now});
  }
}

void device_state::tick_outbox(instant now, effects& out) {
  if (!outbox_) {
    return;
  }
  for (auto& one : outbox_->take_due(now.wall, out)) {
    resume_work(std::move(one.what), std::move(one.outcome), now, out);
  }
  outbox_->begin_postponed(now, out);
  outbox_->settle_due(now.wall, out);
}

} // namespace muster
