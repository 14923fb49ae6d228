#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/node_script.hpp"

#include <spdlog/spdlog.h>

#include <optional>

namespace muster {

namespace {

/// What the default chain and new nodes have; it is not run (reference rules, 4.3).
constexpr std::string_view default_javascript =
    "return '\\nIncoming message:\\n' + JSON.stringify(msg) + '\\nIncoming metadata:\\n' + "
    "JSON.stringify(metadata);";

/// Without a script, as the default one is, it logs at the debug level only.
class log_node final : public chain_node {
public:
  explicit log_node(std::optional<script> what) : script_(std::move(what)) {}

  void on(rule_message message, node_run& run) const override {
    if (script_) {
      const auto text = run_script(*script_, message, run).and_then(string_result);
      if (!text) {
        return run.fail(std::move(message), text.error().message);
      }
      spdlog::info("device {}: {}", to_string(run.device().info().id), *text);
    } else {
      spdlog::debug("device {}: {} {}", to_string(run.device().info().id), message.type,
                    message.data.text());
    }
    run.tell(relations::success, std::move(message));
  }

  node_forecast foresee(std::string_view) const override {
    return {script_ ? node_forecast::kind::unknown : node_forecast::kind::passes,
            relations::success};
  }

  const script* own_script() const noexcept override { return script_ ? &*script_ : nullptr; }

private:
  const std::optional<script> script_;
};

/// Blanks and quotes differ from version to version.
bool is_default(std::string_view body) {
  const auto bare = [](std::string_view text) {
    std::string made;
    for (const char c : text) {
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != '"' && c != '\'') {
        made += c;
      }
    }
    return made;
  };
  return bare(body) == bare(default_javascript);
}

} // namespace

result<std::unique_ptr<chain_node>> make_log(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  script what =
      read_script(from, script_kind::to_string, "jsScript", "tbelScript", default_javascript);
  const bool usual = is_default(what.source().body);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<log_node>(usual ? std::nullopt : std::optional(std::move(what)));
  });
}

} // namespace muster
