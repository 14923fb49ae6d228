#include "actors/rules/nodes/node_makers.hpp"

#include <spdlog/spdlog.h>

namespace muster {

namespace {

/// Writes mails to the log: nothing here sends any.
class send_email final : public chain_node {
public:
  void on(rule_message message, node_run& run) const override {
    if (message.type != "SEND_EMAIL") {
      std::string why = "Not expected msg type [" + message.type + "] for SendEmail Node";
      return run.fail(std::move(message), std::move(why));
    }
    spdlog::info("device {}: a mail that is not sent: {}", to_string(run.device().info().id),
                 message.data.text());
    run.tell(relations::success, std::move(message));
  }
};

} // namespace

result<std::unique_ptr<chain_node>> make_send_email(const node_settings& settings) {
  spdlog::warn("rule node \"{}\": mails are written to the log, and not sent", settings.row.name);
  return std::make_unique<send_email>();
}

} // namespace muster
