#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/patterns.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace muster {

namespace {

struct mail_templates {
  /// From, to, cc, bcc, subject, body; empty: left out.
  std::array<std::string, 6> parts;
  /// `true`, `false`, or a pattern that becomes one of them.
  std::string html;
};

/// Makes a mail of the message, for the node that sends it.
class to_email final : public chain_node {
public:
  explicit to_email(mail_templates templates) : templates_(std::move(templates)) {}

  void on(rule_message message, node_run& run) const override {
    constexpr std::array names{"from", "to", "cc", "bcc", "subject", "body"};
    std::vector<key_value> mail;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!templates_.parts[i].empty()) {
        mail.push_back({names[i], fill_pattern(templates_.parts[i], message)});
      }
    }
    mail.push_back({"html", fill_pattern(templates_.html, message) == "true"});
    message.type = "SEND_EMAIL";
    message.data = message_data::of_text(body_text(mail));
    run.tell(relations::success, std::move(message));
  }

private:
  const mail_templates templates_;
};

} // namespace

result<std::unique_ptr<chain_node>> make_to_email(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  mail_templates read;
  read.parts = {from.text("fromTemplate"), from.text("toTemplate"),      from.text("ccTemplate"),
                from.text("bccTemplate"),  from.text("subjectTemplate"), from.text("bodyTemplate")};
  const std::string type = from.text("mailBodyType", "false");
  const auto* html = from.member("isHtmlTemplate");
  read.html = type != "dynamic"                      ? type
              : html != nullptr && html->is_string() ? html->get<std::string>()
                                                     : "false";
  return from.end().map(
      [&]() -> std::unique_ptr<chain_node> { return std::make_unique<to_email>(std::move(read)); });
}

} // namespace muster
