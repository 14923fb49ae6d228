#include "actors/device/audit.hpp"
#include "actors/device/device_state.hpp"
#include "actors/model/random.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// Numbers are reserved durably in blocks, so that none is used twice after a crash and few RPCs
/// cost a row.
constexpr rpc_number number_block = 64;

} // namespace

void device_state::on(poll_rpc& what, context& with) {
  rpc_polled_at_ = with.now.steady;
  rpc_poll_timeout_ = what.timeout;
  rpc_polls_.push_back({what.poll, later(with.now.steady, what.timeout), std::move(with.to),
                        with.now.steady, std::move(what.client)});
  serve_rpc_poll(with.now, with.out);
  if (what.timeout <= 0) {
    time_out_polls(with.now, with.out);
  }
}

void device_state::serve_rpc_poll(instant now, effects& out) {
  if (rpc_polls_.empty() || mailbox_.empty()) {
    return;
  }
  // The newest poll is the one most likely to be alive.
  if (const auto* rpc = mailbox_.take(rpc_polls_.back().poll, now)) {
    const auto& request = rpc->record.request;
    out.answer(std::move(rpc_polls_.back().to),
               rpc_delivery{rpc->record.number, request.method, request.params});
    rpc_polls_.pop_back();
  }
}

void device_state::rpc_written(instant now, effects& out) {
  auto made = mailbox_.written(now);
  if (made.finished && made.finished->record.request.persistent) {
    end_persistent(std::move(made.finished->record), now, out);
  } else if (made.finished) {
    end_rpc(std::move(*made.finished), done{}, now, out);
  } else if (made.rpc != nullptr && made.rpc->stored()) {
    const rpc_record record = made.rpc->record;
    out.mutations.emplace_back(persistence::put_rpc{record, true});
    put_rpc_due(now, out);
    if (record.request.persistent) {
      tell_rpc(record, now, out);
    }
  }
}

void device_state::end_persistent(rpc_record&& record, instant now, effects& out) {
  tell_rpc(record, now, out);
  out.mutations.emplace_back(persistence::put_rpc{std::move(record), false});
}

/// One that is not persistent has ended by itself.
void device_state::end_rpc(pending_rpc&& rpc, reply how, instant now, effects& out) {
  if (!rpc.caller && !end_rpc_of_chain(rpc, how, now, out)) {
    mailbox_.keep(std::move(rpc), std::move(how));
    return;
  }
  if (rpc.caller) {
    out.answer(std::move(rpc.caller), std::move(how));
  }
  if (rpc.stored()) {
    out.mutations.emplace_back(persistence::erase_rpc{rpc.record.id});
  }
}

/// The caller of an RPC that moved here with the device asks again.
bool device_state::rejoin(const send_rpc& what, context& with) {
  pending_rpc* moved =
      what.request.persistent ? nullptr : mailbox_.find_moved(what.request.request_id);
  if (moved == nullptr) {
    return false;
  }
  moved->caller = std::move(with.to);
  if (moved->outcome) {
    pending_rpc ended = mailbox_.take_out(*moved);
    reply how = std::move(*ended.outcome);
    end_rpc(std::move(ended), std::move(how), with.now, with.out);
  }
  return true;
}

void device_state::on(answer_rpc& what, context& with) {
  if (auto rpc = mailbox_.answer(what.number)) {
    const bool readable = what.kind != answer_rpc::form::not_json;
    if (rpc->record.request.persistent) {
      rpc->record.status = rpc_status::successful;
      if (what.kind != answer_rpc::form::empty) {
        rpc->record.response = std::move(what.response);
      }
      end_persistent(std::move(rpc->record), with.now, with.out);
    } else if (readable) {
      end_rpc(std::move(*rpc), rpc_answer{std::move(what.response)}, with.now, with.out);
    } else {
      end_rpc(std::move(*rpc), error{error_code::rpc_reply_not_json, {}}, with.now, with.out);
    }
  }
  with.answer(done{});
}

void device_state::on(call_rules& what, context& with) {
  if (calls_.size() >= settings_->max_calls) {
    with.answer(error{error_code::overloaded, {}});
    return;
  }
  const std::uint64_t number = what.number != 0 ? what.number : random_number();
  calls_.push_back({later(with.now.steady, settings_->client_timeout), std::move(with.to), number});
  if (what.ran) {
    return;
  }
  if (const auto rules = chain_for(&chain_shortcuts::rpc_from_device)) {
    pass_call(what, *rules, with);
  }
}

void device_state::on(send_rpc& what, context& with) {
  if (rejoin(what, with)) {
    return;
  }
  if (with.who != nullptr) {
    audit(with, audit_action::rpc_call,
          {"{\"method\":" + json_quoted(what.request.method) +
           ",\"oneway\":" + (what.request.oneway ? "true" : "false") + "}"});
  }
  const auto rules = with.who != nullptr ? chain_for(&chain_shortcuts::rpc_to_device) : nullptr;
  if (rules) {
    pass_rpc(std::move(what), *rules, with);
    return;
  }
  if (auto at_once = begin_rpc(std::move(what.request), with.to, with.now, with.out)) {
    with.answer(std::move(*at_once));
  }
}

/// What to answer at once; nothing: `caller` has been taken and is answered when the RPC ends.
std::optional<reply> device_state::begin_rpc(rpc_request&& request, reply_handle& caller,
                                             instant now, effects& out) {
  pending_rpc rpc;
  auto& record = rpc.record;
  record.created = now.wall;
  record.request = std::move(request);
  const bool persistent = record.request.persistent;
  if (record.request.expiration <= now.wall) {
    if (!persistent) {
      return error{error_code::rpc_undelivered, {}};
    }
    record.id.value = random_uuid();
    record.status = rpc_status::expired;
    const rpc_accepted accepted{record.id};
    end_persistent(std::move(record), now, out);
    return accepted;
  }
  if (!mailbox_.has_room(record.request)) {
    return error{error_code::overloaded, {}};
  }
  record.number = next_number(out);
  std::optional<reply> at_once;
  std::optional<rpc_record> queued;
  if (persistent) {
    record.id.value = random_uuid();
    out.mutations.emplace_back(persistence::put_rpc{record, true});
    at_once = rpc_accepted{record.id};
    if (events_told()) {
      queued = record;
    }
  } else {
    rpc.caller = std::move(caller);
  }
  mailbox_.add(std::move(rpc));
  put_rpc_due(now, out);
  serve_rpc_poll(now, out);
  if (queued) {
    tell_rpc(*queued, now, out);
  }
  return at_once;
}

void device_state::on(delete_rpc& what, context& with) {
  // One that is done is not in memory; its rows are removed all the same. The edge has looked the
  // id up to find this device; whatever became of the RPC since, nothing is left of it.
  if (const auto open = mailbox_.remove(what.rpc)) {
    tell_rpc_deleted(open->record, with);
  }
  if (with.who != nullptr) {
    audit(with, audit_action::deleted, {"{\"rpcId\":" + json_quoted(to_string(what.rpc)) + "}"});
  }
  with.out.mutations.emplace_back(persistence::erase_rpc{what.rpc});
  with.answer(done{});
}

void device_state::expire_rpcs(instant now, effects& out) {
  if (mailbox_.empty()) {
    return;
  }
  for (auto& rpc : mailbox_.expire(now)) {
    if (rpc.record.request.persistent) {
      end_persistent(std::move(rpc.record), now, out);
    } else {
      const bool delivered = rpc.record.deliveries > 0;
      reply why = error{delivered ? error_code::rpc_timeout : error_code::rpc_undelivered, {}};
      if (rpc.caller || !end_rpc_of_chain(rpc, why, now, out)) {
        out.answer(std::move(rpc.caller), std::move(why));
      }
      if (rpc.stored()) {
        out.mutations.emplace_back(persistence::erase_rpc{rpc.record.id});
      }
    }
  }
}

void device_state::put_rpc_due(instant now, effects& out) {
  const auto next = mailbox_.next_durable(now);
  // A later one is not moved before it fires: a spare waking costs less than a row each time.
  if (next && (!rpc_due_ || *next < *rpc_due_)) {
    out.mutations.emplace_back(
        persistence::put_due{persistence::due_kind::rpc, *next, std::exchange(rpc_due_, next)});
  }
}

rpc_number device_state::next_number(effects& out) {
  if (rpc_used_ == rpc_reserved_) {
    rpc_reserved_ += number_block;
    put_counters(out);
  }
  return ++rpc_used_;
}

} // namespace muster
