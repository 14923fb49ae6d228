#include "tools/inspect/debug_command.hpp"

#include "tools/inspect/formats.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace muster::inspect {

namespace {

using json = nlohmann::ordered_json;

/// The beginning of a text that may be long; --json has all of it.
std::string start_of(const json& what) {
  constexpr std::size_t longest = 80;
  std::string text = text_of(what);
  std::size_t end = longest;
  // Not inside of a character.
  while (text.size() > longest && end > 0 &&
         (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
    --end;
  }
  return text.size() > longest ? text.substr(0, end) + "..." : text;
}

void show_rule_events(const json& told, std::ostream& to) {
  const auto& events = told["events"];
  to << "chain \"" << text_of(told["chain"]) << "\" " << text_of(told["chainId"]) << '\n';
  if (events.empty()) {
    to << "No such events are kept: nodes keep them while their debug mode is on\n";
    return;
  }
  show_rows(events,
            {{"time", "ts", time_text},
             {"rule node", "ruleNode"},
             {"way", "way"},
             {"relation", "relation"},
             {"message type", "type"},
             {"originator", "originator"},
             {"error", "error", start_of},
             {"data", "data", start_of}},
            to);
  if (told["total"] > events.size()) {
    to << "The newest " << events.size() << " of " << told["total"] << "; --limit shows more\n";
  }
}

int debug(const node_options& given) {
  parameters with{{"rule", given.chain}, {"limit", std::to_string(given.limit)}};
  if (given.errors) {
    with.emplace_back("errors", "true");
  }
  return print(node_client(given.where).get("debug", with), given, show_rule_events);
}

} // namespace

void add_debug_command(command_adder& to) {
  auto& added =
      to.add("debug", "What came into and went out of rule nodes in debug mode, newest first",
             "debug \"Root Rule Chain\" --errors", debug);
  added
      .add_option("rule", to.given().chain,
                  "Identifier of a rule node; name or identifier of a chain: all its nodes")
      ->required();
  added.add_flag("--errors", to.given().errors, "Only messages that failed there");
  added.add_option("--limit", to.given().limit, "Events at most")
      ->check(CLI::Range(1U, 10'000U))
      ->capture_default_str();
}

} // namespace muster::inspect
