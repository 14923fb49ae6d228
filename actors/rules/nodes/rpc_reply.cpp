#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/own_device.hpp"

namespace muster {

namespace {

/// Answers the device's own RPC with the message's body.
class rpc_reply final : public chain_node {
public:
  rpc_reply(std::string service, std::string session, std::string request)
      : service_(std::move(service)), session_(std::move(session)), request_(std::move(request)) {}

  void on(rule_message message, node_run& run) const override {
    if (!of_own_device(message, run)) {
      return run.fail(std::move(message), "Message originator is not a device entity!");
    }
    for (const auto& name : {request_, service_, session_}) {
      const auto found = message.metadata.find(name);
      if (found == message.metadata.end() || found->second.empty()) {
        return run.fail(std::move(message), name + " is not present in the metadata!");
      }
    }
    const std::string& body = message.data.text();
    if (body.empty()) {
      return run.fail(std::move(message), "Request body is empty!");
    }
    // Nobody waits any more: that is the device's affair, and no failure.
    static_cast<void>(
        run.device().answer_call(message.metadata.find(request_)->second, json_text{body}));
    run.tell(relations::success, std::move(message));
  }

private:
  const std::string service_;
  const std::string session_;
  const std::string request_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_rpc_reply(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  const auto name = [&](std::string_view member, std::string_view usual) {
    auto given = from.text(member);
    return given.empty() ? std::string(usual) : given;
  };
  auto service = name("serviceIdMetaDataAttribute", "serviceId");
  auto session = name("sessionIdMetaDataAttribute", "sessionId");
  auto request = name("requestIdMetaDataAttribute", "requestId");
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<rpc_reply>(std::move(service), std::move(session), std::move(request));
  });
}

} // namespace muster
