#include "actors/device/chain_device.hpp"
#include "actors/device/device_events.hpp"
#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/engine/message_types.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace muster {

namespace {

/// There is one service, which answers for itself: the reply node only wants the name to be there.
constexpr std::string_view service_name = "muster";

} // namespace

std::shared_ptr<const device_rules> device_state::chain_for(bool chain_shortcuts::*kind) const {
  if (rules_ == nullptr || !rules_->special()) {
    return nullptr;
  }
  auto rules = rules_->get();
  return rules->shortcuts.*kind ? nullptr : rules;
}

rule_message device_state::message_of(std::string_view type, message_data data, instant now) const {
  return device_message(type, std::move(data), info_, now.wall);
}

void device_state::pass_telemetry(save_telemetry&& what, const device_rules& rules, context& with) {
  const timestamp given = latest_.give_time(with.now.wall);
  chain_device device(*this, with.now, with.out);
  device.given_time(given);
  if (alarm_rules()) {
    put_in_order(what.entries, given);
  }
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

void device_state::tell(std::string_view type, message_data data,
                        std::initializer_list<std::pair<const std::string, std::string>> metadata,
                        instant now, effects& out) {
  if (!events_told()) {
    return;
  }
  auto message = message_of(type, std::move(data), now);
  message.metadata.insert(metadata.begin(), metadata.end());
  tell({std::move(message)}, now, out);
}

void device_state::tell(told_event&& what, instant now, effects& out) {
  if (telling_ != nullptr) {
    telling_->push_back(std::move(what));
    return;
  }
  chain_device device(*this, now, out);
  telling_->push_back(std::move(what));
  device.settle();
}

} // namespace muster
