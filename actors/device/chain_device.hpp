#pragma once

#include "actors/device/chain_watch.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/engine/run_chain.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster {

/// The device as a running chain sees it. Lives as long as one command is carried out.
class device_state::chain_device final : public rule_device {
public:
  chain_device(device_state& state, instant now, effects& out)
      : state_(state), now_(now), out_(out), outermost_(state.telling_ == nullptr) {
    if (outermost_) {
      state_.telling_ = &told_events_;
    }
  }
  ~chain_device() override {
    if (outermost_) {
      state_.telling_ = nullptr;
    }
  }
  chain_device(const chain_device&) = delete;
  chain_device& operator=(const chain_device&) = delete;

  /// The server gave this time: a row that has it tells when the device spoke.
  void given_time(timestamp ts) noexcept { given_ = ts; }
  /// The application that waits for the RPC which the message is about.
  void waits(reply_handle& caller, const uuid& request_id) noexcept {
    caller_ = &caller;
    request_id_ = request_id;
  }
  void run(const rule_chains& chains, const ready_chain& entry, rule_message&& message) {
    note(run_chain(entry, std::move(message), {chains, *this, now_, watching(chains)}));
  }
  void resume(const rule_chains& chains, chain_place&& from, work_outcome&& outcome) {
    note(
        resume_chain(std::move(from), std::move(outcome), {chains, *this, now_, watching(chains)}));
  }
  /// A history row tells when the device spoke.
  bool told() const noexcept { return saved_.told; }
  /// Once, when the chain is through: what it has made happen is told, too.
  void settle() {
    for (std::size_t at = 0; outermost_ && at < told_events_.size(); ++at) {
      if (at == most_events) {
        note("what it does makes it be told of more and more");
        break;
      }
      told_event event = std::move(told_events_[at]);
      pass(std::move(event));
    }
    if (saved_.snapshot) {
      state_.put_snapshot(out_);
    }
  }

  const device_info& info() const noexcept override { return state_.info_; }

  const value* attribute(attribute_scope scope, std::string_view key) const noexcept override {
    const auto* row = state_.group(scope).find(key);
    return row != nullptr ? &*row->val : nullptr;
  }

  const latest_value* latest(std::string_view key) const noexcept override {
    return state_.latest_.find(key);
  }

  void save(telemetry_entry&& entry, std::int64_t ttl_seconds) override {
    std::vector<telemetry_entry> entries;
    if (given_ && entry.ts == given_) {
      entry.ts.reset();
    }
    entries.push_back(std::move(entry));
    const auto one =
        state_.save_entries(std::move(entries), ttl_seconds, given_.value_or(now_.wall),
                            given_.has_value(), now_, out_);
    saved_.told |= one.told;
    saved_.snapshot |= one.snapshot;
  }

  void save(attribute_scope scope, std::vector<key_value>&& values, bool only_on_change,
            bool notify) override {
    state_.set_attributes(scope, std::move(values), only_on_change, notify, now_, out_);
  }

  void erase(attribute_scope scope, const std::vector<std::string>& keys) override {
    state_.erase_attributes(scope, keys, now_, out_);
  }

  bool answer_call(std::string_view request, json_text response) override {
    auto& calls = state_.calls_;
    const auto found = std::find_if(calls.begin(), calls.end(), [&](const parked_call& one) {
      return std::to_string(one.number) == request;
    });
    if (found == calls.end()) {
      return false;
    }
    out_.answer(std::move(found->to), rpc_answer{std::move(response)});
    calls.erase(found);
    return true;
  }

  result<void> send(rpc_request&& request, chain_place&& resumes) override {
    if (caller_ != nullptr && *caller_ && request.request_id == request_id_) {
      auto at_once = state_.begin_rpc(std::move(request), *caller_, now_, out_);
      if (at_once) {
        out_.answer(std::move(*caller_), std::move(*at_once));
      }
      return {};
    }
    return state_.send_of_chain(std::move(request), std::move(resumes), now_, out_);
  }

  result<void> later(left_work&& what) override {
    return state_.leave_work(std::move(what), now_, out_);
  }

  std::size_t waiting(const node_place& at) const override {
    return state_.outbox_ ? state_.outbox_->waiting(at) : 0;
  }

  const alarm* active_alarm(std::string_view type) const noexcept override {
    return state_.alarms_ ? state_.alarms_->find(type) : nullptr;
  }

  const alarm* active_alarm(const alarm_id& id) const noexcept override {
    return state_.alarms_ ? state_.alarms_->find(id) : nullptr;
  }

  result<alarm_outcome> raise_alarm(const alarm_demand& demand) override {
    return state_.raise_alarm(demand, now_, out_);
  }

  std::optional<alarm> clear_alarm(std::string_view type,
                                   const std::optional<json_text>& details) override {
    return state_.clear_alarm(type, details, now_, out_);
  }

  void tell(rule_message&& event) override {
    if (state_.events_told()) {
      state_.tell({std::move(event)}, now_, out_);
    }
  }

private:
  /// Of one command: beyond, a chain turns in a circle.
  static constexpr std::size_t most_events = 100;

  /// Of alarm rules the nodes tell that are there for it, else it is an event like others.
  void pass(told_event&& event) {
    const bool of_rules = !event.alarm_relation.empty() && state_.rules_ != nullptr;
    if (const auto all = of_rules ? state_.rules_->get() : nullptr; all && all->chains) {
      auto places = alarm_outlets(*all->chains, *all->entry);
      for (auto& place : places) {
        place.message = event.message;
        place.message.type = message_types::alarm;
        note(send_on_from(std::move(place), event.alarm_relation,
                          {*all->chains, *this, now_, watching(*all->chains)}));
      }
      if (!places.empty()) {
        return;
      }
    }
    if (const auto rules = state_.chain_for(&chain_shortcuts::events)) {
      run(*rules->chains, *rules->entry, std::move(event.message));
    }
  }

  /// What failed in a chain is no failure of the command.
  void note(const std::string& failure) {
    if (!failure.empty()) {
      spdlog::debug("device {}: rule chain: {}", to_string(state_.info_.id), failure);
    }
  }

  std::function<void(const node_event&)> watching(const rule_chains& chains) const {
    return watch_chains(chains, state_.info_.tenant, now_.wall, out_);
  }

  device_state& state_;
  const instant now_;
  effects& out_;
  std::optional<timestamp> given_;
  reply_handle* caller_ = nullptr;
  uuid request_id_;
  saved_entries saved_;
  /// Chains of one device do not run within each other.
  const bool outermost_;
  std::vector<told_event> told_events_;
};

} // namespace muster
