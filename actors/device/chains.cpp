#include "actors/device/device_state.hpp"
#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/engine/run_chain.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace muster {

namespace {

/// There is one service, which answers for itself: the reply node only wants the name to be there.
constexpr std::string_view service_name = "muster";

/// Of one command: beyond, a chain turns in a circle.
constexpr std::size_t most_events = 100;

/// As the RPC request node names what an RPC ended with (reference rules, 4.3).
std::string_view rpc_error_name(error_code code) noexcept {
  switch (code) {
  case error_code::rpc_timeout:
    return "TIMEOUT";
  case error_code::rpc_undelivered:
    return "NO_ACTIVE_CONNECTION";
  default:
    return "INTERNAL";
  }
}

} // namespace

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
    note(run_chain(entry, std::move(message), {chains, *this, now_}));
  }
  void resume(const rule_chains& chains, chain_place&& from, std::string_view relation) {
    note(resume_chain(std::move(from), relation, {chains, *this, now_}));
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
      if (const auto rules = state_.chain_for(&chain_shortcuts::events)) {
        rule_message message = std::move(told_events_[at]);
        run(*rules->chains, *rules->entry, std::move(message));
      }
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
    const bool awaited = caller_ != nullptr && *caller_ && request.request_id == request_id_;
    reply_handle nobody;
    reply_handle& caller = awaited ? *caller_ : nobody;
    auto place = awaited ? nullptr : std::make_shared<const chain_place>(std::move(resumes));
    auto at_once = state_.begin_rpc(std::move(request), caller, std::move(place), now_, out_);
    if (at_once && awaited) {
      out_.answer(std::move(caller), std::move(*at_once));
      return {};
    }
    const auto* refusal = at_once ? std::get_if<error>(&*at_once) : nullptr;
    return refusal != nullptr ? result<void>(tl::unexpected(*refusal)) : result<void>{};
  }

private:
  /// What failed in a chain is no failure of the command.
  void note(const std::string& failure) {
    if (!failure.empty()) {
      spdlog::debug("device {}: rule chain: {}", to_string(state_.info_.id), failure);
    }
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
  std::vector<rule_message> told_events_;
};

std::shared_ptr<const device_rules> device_state::chain_for(bool chain_shortcuts::*kind) const {
  if (rules_ == nullptr || !rules_->special()) {
    return nullptr;
  }
  auto rules = rules_->get();
  return rules->shortcuts.*kind ? nullptr : rules;
}

rule_message device_state::message_of(std::string_view type, message_data data, instant now) const {
  rule_message made;
  made.type = type;
  made.ts = now.wall;
  made.originator = {entity_type::device, info_.id.value};
  made.metadata = {{"deviceName", info_.name}, {"deviceType", info_.type}};
  made.data = std::move(data);
  return made;
}

void device_state::pass_telemetry(save_telemetry&& what, const device_rules& rules, context& with) {
  const timestamp given = latest_.give_time(with.now.wall);
  chain_device device(*this, with.now, with.out);
  device.given_time(given);
  for (const auto& entry : what.entries) {
    auto message = message_of(message_types::post_telemetry,
                              message_data::of_text(body_text(entry.values)), with.now);
    message.ts = entry.ts.value_or(given);
    message.metadata["ts"] = std::to_string(message.ts);
    device.run(*rules.chains, *rules.entry, std::move(message));
  }
  activity_.spoke(with.now, device.told(), with.out);
  device.settle();
}

void device_state::pass_attributes(save_attributes&& what, const device_rules& rules,
                                   context& with) {
  auto message = message_of(message_types::post_attributes,
                            message_data::of_text(body_text(what.values)), with.now);
  message.metadata["notifyDevice"] = "false";
  chain_device device(*this, with.now, with.out);
  device.run(*rules.chains, *rules.entry, std::move(message));
  device.settle();
}

void device_state::pass_call(const call_rules& what, const device_rules& rules, context& with) {
  std::string body = "{\"method\":" + nlohmann::json(what.method).dump() +
                     ",\"params\":" + (what.params.text.empty() ? "null" : what.params.text) + "}";
  auto message =
      message_of(message_types::rpc_from_device, message_data::of_text(std::move(body)), with.now);
  const std::string number = std::to_string(calls_.back().number);
  message.metadata["requestId"] = number;
  message.metadata["serviceId"] = service_name;
  message.metadata["sessionId"] = to_string(info_.id);
  chain_device device(*this, with.now, with.out);
  device.run(*rules.chains, *rules.entry, std::move(message));
  device.settle();
}

void device_state::pass_rpc(send_rpc&& what, const device_rules& rules, context& with) {
  const auto& request = what.request;
  nlohmann::json body{{"method", request.method}, {"params", request.params.text}};
  if (!request.additional_info.text.empty()) {
    body["additionalInfo"] = request.additional_info.text;
  }
  auto message =
      message_of(message_types::rpc_to_device, message_data::of_json(std::move(body)), with.now);
  const auto flag = [](bool set) { return set ? "true" : "false"; };
  message.metadata["requestUUID"] = to_string(request.request_id);
  message.metadata["originServiceId"] = service_name;
  message.metadata["expirationTime"] = std::to_string(request.expiration);
  message.metadata["oneway"] = flag(request.oneway);
  message.metadata["persistent"] = flag(request.persistent);
  if (request.retries) {
    message.metadata["retries"] = std::to_string(*request.retries);
  }
  chain_device device(*this, with.now, with.out);
  device.waits(with.to, request.request_id);
  device.run(*rules.chains, *rules.entry, std::move(message));
  device.settle();
  if (with.to) {
    // The chain kept the RPC from the device.
    with.answer(error{error_code::rpc_undelivered, {}});
  }
}

void device_state::resume_chain_of(const chain_place& from, const reply& with, instant now,
                                   effects& out) {
  const auto rules = rules_ != nullptr ? rules_->get() : nullptr;
  if (!rules || !rules->chains) {
    return;
  }
  chain_place place = from;
  std::string_view relation = relations::success;
  if (const auto* refusal = std::get_if<error>(&with)) {
    place.message.data =
        message_data::of_json({{"error", std::string(rpc_error_name(refusal->code))}});
    relation = relations::failure;
  } else {
    const auto* answer = std::get_if<rpc_answer>(&with);
    const bool empty = answer == nullptr || answer->response.text.empty();
    place.message.data = message_data::of_text(empty ? "{}" : answer->response.text);
  }
  chain_device device(*this, now, out);
  device.resume(*rules->chains, std::move(place), relation);
  device.settle();
}

void device_state::tell(std::string_view type, message_data data,
                        std::initializer_list<std::pair<const std::string, std::string>> metadata,
                        instant now, effects& out) {
  if (!events_told()) {
    return;
  }
  auto message = message_of(type, std::move(data), now);
  message.metadata.insert(metadata.begin(), metadata.end());
  if (telling_ != nullptr) {
    telling_->push_back(std::move(message));
    return;
  }
  chain_device device(*this, now, out);
  telling_->push_back(std::move(message));
  device.settle();
}

} // namespace muster
