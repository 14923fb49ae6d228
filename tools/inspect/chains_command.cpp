#include "tools/inspect/chains_command.hpp"

#include "tools/inspect/formats.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <utility>

namespace muster::inspect {

namespace {

using json = nlohmann::ordered_json;

/// Messages and microseconds of each node of each chain.
using seen_nodes = std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>;

std::string place_of(const json& chain, const json& node) {
  // A chain that was changed meanwhile has begun to count anew.
  return chain.value("node", std::string()) + " " + chain["id"].get<std::string>() + " " +
         chain["version"].dump() + " " + node["id"].get<std::string>();
}

seen_nodes seen_in(const json& told) {
  seen_nodes all;
  for (const auto& chain : told["chains"]) {
    for (const auto& node : chain["nodes"]) {
      all[place_of(chain, node)] = {node["messages"].get<std::uint64_t>(),
                                    node["microseconds"].get<std::uint64_t>()};
    }
  }
  return all;
}

/// Adds to each node what it did in that many seconds since it was seen before.
void add_rates(json& told, const seen_nodes& before, double seconds) {
  constexpr double microseconds = 1'000'000;
  for (auto& chain : told["chains"]) {
    for (auto& node : chain["nodes"]) {
      const auto found = before.find(place_of(chain, node));
      const auto [messages, spent] = found != before.end() ? found->second : std::pair(0UL, 0UL);
      node["rate"] =
          static_cast<double>(node["messages"].get<std::uint64_t>() - messages) / seconds;
      node["load"] = static_cast<double>(node["microseconds"].get<std::uint64_t>() - spent) /
                     microseconds / seconds;
    }
  }
}

std::string failure_text(const json& node) {
  if (node.contains("broken")) {
    return "cannot run: " + text_of(node["broken"]);
  }
  if (node.contains("suspendedFor")) {
    return "its script is suspended for " + span_text(node["suspendedFor"]);
  }
  return node.contains("lastError")
             ? time_text(node["lastErrorTime"]) + " " + text_of(node["lastError"])
             : "-";
}

void show_chains(const json& told, std::ostream& to) {
  if (told["chains"].empty()) {
    to << "No rule chain is known yet: a tenant's chains are read when one of its devices speaks\n";
  }
  const auto percent = [](const json& what) {
    return fmt::format("{:.2f}", what.get<double>() * 100);
  };
  const auto rate = [](const json& what) { return fmt::format("{:.1f}", what.get<double>()); };
  for (const auto& chain : told["chains"]) {
    to << "chain \"" << text_of(chain["name"]) << "\" " << text_of(chain["id"])
       << (chain["root"].get<bool>() ? " (root)" : "")
       << (chain.contains("node") ? " on node " + text_of(chain["node"]) : "") << ": "
       << chain["messages"] << " messages, " << chain["errors"] << " errors\n";
    if (!chain["shortcuts"].empty()) {
      to << "  not passed, since it would do what happens anyway: ";
      for (const auto& one : chain["shortcuts"]) {
        to << (&one == &chain["shortcuts"].front() ? "" : ", ") << text_of(one);
      }
      to << '\n';
    }
    json rows = chain["nodes"];
    for (auto& node : rows) {
      node["trouble"] = failure_text(node);
    }
    show_rows(rows,
              {{"node", "name"},
               {"class", "class"},
               {"messages", "messages"},
               {"messages/s", "rate", +rate},
               {"cpu %", "load", +percent},
               {"errors", "errors"},
               {"trouble", "trouble"}},
              to);
    to << '\n';
  }
  if (told["chains"].size() < told["total"]) {
    to << "The busiest " << told["chains"].size() << " of " << told["total"]
       << " chains; --limit shows more\n";
  }
}

int chains(const node_options& given) {
  node_client node(given.where);
  const auto what =
      of_nodes(given, {{"chain", given.chain}, {"limit", std::to_string(given.limit)}});
  auto told = node.get("chains", what);
  if (told && given.looks_for > 0) {
    // The nodes' times are taken from the first question on.
    const auto before = seen_in(*told);
    std::this_thread::sleep_for(std::chrono::seconds(given.looks_for));
    told = node.get("chains", what);
    if (told) {
      add_rates(*told, before, given.looks_for);
    }
  }
  return print(told, given, show_chains);
}

} // namespace

void add_chains_command(command_adder& to) {
  auto& added = to.add("chains", "What passes the nodes of rule chains, and what each node costs",
                       "chains --chain \"Root Rule Chain\" --for 10", chains);
  to.add_here(added);
  added.add_option("--chain", to.given().chain, "Only this one: its name or identifier");
  added.add_option("--limit", to.given().limit, "Chains at most, the busiest first")
      ->capture_default_str();
  added
      .add_option("--for", to.given().looks_for,
                  "Seconds to look on for rates; 0: what was counted since the chain was changed")
      ->check(CLI::Range(0U, 3'600U))
      ->capture_default_str();
}

} // namespace muster::inspect
