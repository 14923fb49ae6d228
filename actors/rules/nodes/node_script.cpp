#include "actors/rules/nodes/node_script.hpp"

#include <nlohmann/json.hpp>

namespace muster {

script read_script(configuration_reader& from, script_kind kind, std::string_view javascript,
                   std::string_view tbel, std::string_view usual) {
  script_source source;
  source.kind = kind;
  const bool is_tbel = from.choice("scriptLang", {"JS", "TBEL"}, 0) == 1;
  source.language = is_tbel ? script_language::tbel : script_language::javascript;
  const auto member = is_tbel ? tbel : javascript;
  source.body = from.text(member, usual);
  if (source.body.empty()) {
    from.refuse(member, "is empty");
  }
  return script(std::move(source));
}

result<std::string> run_script(const script& what, const rule_message& message, node_run& run) {
  std::string metadata = "{";
  for (const auto& [key, text] : message.metadata) {
    if (metadata.size() > 1) {
      metadata += ',';
    }
    const auto quoted = [](const std::string& plain) {
      return nlohmann::json(plain).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    };
    metadata += quoted(key) + ':' + quoted(text);
  }
  metadata += '}';
  return run.scripts().run(what, message.data.text(), metadata, message.type, run.now());
}

} // namespace muster
