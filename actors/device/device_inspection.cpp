#include "actors/device/chain_steps.hpp"
#include "actors/device/device_shell.hpp"
#include "actors/model/command_names.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <utility>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

/// Somebody who looks on asks far more often.
constexpr milliseconds trace_lasts = 10'000;

std::string_view sender_name(const command_sender& who) noexcept {
  constexpr std::array<std::string_view, 3> names{"device", "application", "server"};
  return names.at(who.index());
}

reply as_reply(const json& report) {
  return inspected{{report.dump(-1, ' ', false, json::error_handler_t::replace)}};
}

} // namespace

void device_shell::inspect(incoming& what, const envelope_ptr& whole) {
  using wish = inspect_device::wish;
  const auto asked = std::get<inspect_device>(what.what.body);
  const bool needs_state = asked.what == wish::report || asked.what == wish::trace;
  if (phase_ == phase::unloaded && needs_state && departing_ == departure::staying) {
    stash(whole);
    request_load();
    return;
  }
  slot_->queued.fetch_sub(1);
  if (asked.what == wish::trace) {
    if (!trace_) {
      trace_ = std::make_unique<device_trace>();
    }
    trace_->look(later(now_.steady, trace_lasts));
    what.to.answer(as_reply(trace_->since(asked.after)));
    return;
  }
  if (asked.what == wish::waiting) {
    json out{{"device", to_string(slot_->device)}};
    if (state_) {
      out.update(state_->describe_waiting(now_));
    }
    what.to.answer(as_reply(out));
    return;
  }
  what.to.answer(as_reply(describe()));
  if (asked.what == wish::passivate && phase_ == phase::ready) {
    leave none;
    on(none, whole);
  } else if (asked.what == wish::drop && (phase_ == phase::ready || phase_ == phase::settling)) {
    drop_state({error_code::overloaded, "An operator has dropped the device's state"});
  } else if (asked.what == wish::release && phase_ == phase::quarantined) {
    spdlog::info("device {}: an operator lets it out of quarantine", to_string(slot_->device));
    failures_ = 0;
    request_load();
  }
}

void device_shell::on(measure&, const envelope_ptr&) {
  slot_->bytes.store(sizeof(device_shell) + (state_ ? state_->bytes() : 0),
                     std::memory_order_relaxed);
}

json device_shell::describe() const {
  constexpr std::array<std::string_view, 5> names{"unloaded", "loading", "ready", "settling",
                                                  "quarantined"};
  json out{{"device", to_string(slot_->device)},
           {"phase", names.at(static_cast<std::size_t>(phase_))},
           {"epoch", static_cast<std::uint64_t>(slot_->epoch)},
           {"activation", activation_},
           {"queued", slot_->queued.load()},
           {"commitsUnderWay", slot_->outstanding.load()},
           {"stashed", stash_.size()},
           {"answersHeld", unsure_.size()},
           {"failures", failures_},
           {"poisoned", slot_->poisoned.load()},
           {"departing", departing_ != departure::staying}};
  const milliseconds next = next_deadline();
  out["nextDeadline"] = next == never ? json() : json(next - now_.steady);
  if (state_) {
    out.update(state_->describe(now_));
  }
  return out;
}

chain_steps* device_shell::begin_trace() {
  if (trace_ && trace_->over(now_.steady)) {
    trace_.reset();
  }
  return trace_ ? &trace_->begin() : nullptr;
}

void device_shell::trace_command(const incoming& what) {
  trace(json{{"ts", now_.wall},
             {"what", "command"},
             {"name", name_of(what.what.body)},
             {"from", sender_name(what.what.sender)}});
}

void device_shell::trace_steps(const chain_steps& steps) {
  for (const auto& one : steps.all()) {
    json event{{"ts", now_.wall},
               {"what", "chain"},
               {"chain", one.chain},
               {"node", one.node},
               {"type", one.message_type}};
    event["relation"] = one.relation.empty() ? json() : json(one.relation);
    if (!one.why.empty()) {
      event["error"] = one.why;
    }
    event["microseconds"] = trace_->elapsed(one.at);
    trace(event);
  }
  if (steps.left_out() > 0) {
    trace(json{{"ts", now_.wall}, {"what", "chain"}, {"stepsLeftOut", steps.left_out()}});
  }
}

void device_shell::trace_effects(const effects& out, std::string_view cause) {
  trace_steps(*out.steps);
  std::size_t refused = 0;
  for (const auto& one : out.replies) {
    refused += std::holds_alternative<error>(one.what) ? 1 : 0;
  }
  trace(json{{"ts", now_.wall},
             {"what", "effects"},
             {"of", cause},
             {"rows", out.mutations.size()},
             {"replies", out.replies.size()},
             {"refusals", refused},
             {"exclusive", out.exclusive},
             {"microseconds", trace_->elapsed(trace_microseconds())}});
}

void device_shell::trace_settled(const settled& what) {
  trace(json{{"ts", host_.clock().now().wall},
             {"what", what.refused ? "refused" : "durable"},
             {"microseconds", trace_->elapsed(trace_microseconds())}});
}

void device_shell::trace(const json& event) {
  trace_->note(event.dump(-1, ' ', false, json::error_handler_t::replace));
}

} // namespace muster
