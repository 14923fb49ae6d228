#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace muster {

namespace {

std::optional<std::int64_t> whole_number(const rule_message& message, std::string_view name) {
  const auto found = message.metadata.find(name);
  if (found == message.metadata.end()) {
    return std::nullopt;
  }
  const auto& text = found->second;
  std::int64_t read = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), read);
  return failed == std::errc{} ? std::optional(read) : std::nullopt;
}

bool is_true(const rule_message& message, std::string_view name) {
  const auto found = message.metadata.find(name);
  return found != message.metadata.end() && found->second == "true";
}

/// A text is JSON already (reference rules, 4.3).
json_text raw(const nlohmann::json& given) {
  return {given.is_string() ? given.get<std::string>() : given.dump()};
}

/// Sends the device the RPC that the message's body says.
class rpc_request_node final : public chain_node {
public:
  explicit rpc_request_node(std::int64_t timeout_seconds) : timeout_seconds_(timeout_seconds) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "Message originator is not a device entity!");
    }
    const auto& body = message.data.tree();
    for (const char* member : {"method", "params"}) {
      if (!body.is_object() || !body.contains(member)) {
        return run.fail(std::move(message),
                        std::string(member) + " is not present in the message!");
      }
    }
    rpc_request request;
    request.request_id = id_of(message);
    request.oneway = is_true(message, "oneway");
    request.persistent = is_true(message, "persistent");
    request.method =
        body["method"].is_string() ? body["method"].get<std::string>() : body["method"].dump();
    request.params = raw(body["params"]);
    request.additional_info = {"null"};
    if (const auto info = body.find("additionalInfo"); info != body.end() && !info->is_null()) {
      request.additional_info = raw(*info);
    }
    request.expiration =
        whole_number(message, "expirationTime").value_or(run.now().wall + timeout_seconds_ * 1'000);
    if (const auto retries = whole_number(message, "retries"); retries && *retries >= 0) {
      request.retries = static_cast<std::uint32_t>(std::min<std::int64_t>(*retries, UINT32_MAX));
    }
    if (!nlohmann::json::accept(request.params.text)) {
      return run.fail(std::move(message), "params is not JSON");
    }
    // What the device replies is another message, later.
    if (auto sent = run.send(std::move(request), message); !sent) {
      run.fail(std::move(message), "the device takes no more RPCs");
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    auto& ended = std::get<rpc_ended>(outcome);
    if (!ended.error.empty()) {
      message.data = message_data::of_json({{"error", ended.error}});
      return run.fail(std::move(message), std::move(ended.error));
    }
    const bool empty = ended.answer.text.empty();
    message.data = message_data::of_text(empty ? "{}" : std::move(ended.answer.text));
    run.tell(relations::success, std::move(message));
  }

  node_forecast foresee(std::string_view type) const override {
    const bool as_usual = type == message_types::rpc_to_device;
    return {as_usual ? node_forecast::kind::calls_device : node_forecast::kind::unknown,
            relations::success};
  }

private:
  static uuid id_of(const rule_message& message) {
    const auto given = message.metadata.find("requestUUID");
    const auto read = given == message.metadata.end() ? std::nullopt : parse_uuid(given->second);
    return read ? *read : random_uuid();
  }

  const std::int64_t timeout_seconds_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_rpc_request(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const std::int64_t timeout = from.number("timeoutInSeconds", 60);
  if (timeout < 0 || timeout > 31'536'000) {
    from.refuse("timeoutInSeconds", "is not between 0 and a year");
  }
  return from.end().map(
      [&]() -> std::unique_ptr<chain_node> { return std::make_unique<rpc_request_node>(timeout); });
}

} // namespace muster
