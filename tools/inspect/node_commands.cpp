#include "tools/inspect/node_commands.hpp"

#include "tools/inspect/chains_command.hpp"
#include "tools/inspect/command_adder.hpp"
#include "tools/inspect/debug_command.hpp"
#include "tools/inspect/recorder_command.hpp"
#include "tools/inspect/status_view.hpp"
#include "tools/inspect/top_command.hpp"
#include "tools/inspect/trace_command.hpp"
#include "tools/inspect/views.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace muster::inspect {

namespace {

int why(const node_options& given) {
  const auto told = node_client(given.where).get("why", {{"device", given.device}});
  const int status = print(told, given, show_why);
  return status == fine && !(*told)["findings"].empty() ? problems_found : status;
}

int log_level(const node_options& given) {
  return print(node_client(given.where).post("log", {{"level", given.level}}), given, show_plain);
}

int backup(const node_options& given) {
  return print(node_client(given.where).post("backup", {{"folder", given.folder}}), given,
               show_plain);
}

} // namespace

void add_node_commands(CLI::App& to, int& status) {
  command_adder adder(to, status);
  adder.report("status", "What the node is and does, and how long its answers take", "status",
               show_status);
  add_top_command(adder);
  add_trace_command(adder);
  adder.about_device("device", "All that a device's actor holds", "device \"Thermometer 1\"",
                     [](const node_options& given) {
                       return print(
                           node_client(given.where).get("device", {{"device", given.device}}),
                           given, show_device);
                     });
  adder.about_device("why",
                     "What keeps a device silent, or its RPCs waiting; exit status 3: something",
                     "why \"Thermometer 1\"", why);
  adder.report_waiting("rpc", "Pending RPCs, oldest first, and what each waits for", show_rpcs);
  adder.report_waiting("polls", "Polls that wait, oldest first, and where their clients are",
                       show_polls);
  adder.report("actors", "Devices in memory, the busiest first", "actors", show_actors);
  adder.report("shards", "Shards and their actors", "shards", show_shards);
  adder.report("journal", "Sizes and times of commits", "journal", show_journal);
  add_chains_command(adder);
  add_debug_command(adder);
  add_recorder_command(adder);
  adder.report("cluster", "The nodes and their shards", "cluster", show_cluster);
  adder.report("config", "Options with their values, and where each came from", "config",
               show_config);
  adder.lever("activate", "Read a device into memory", "Read the device into memory?");
  adder.lever("passivate", "Have a device leave memory, if nothing keeps it",
              "Have the device leave memory?");
  adder.lever("drop", "Drop a device's state and read it anew: callers get 503",
              "Drop the device's state? Who waits for it gets 503.");
  adder.lever("release", "Let a device out of quarantine", "Let the device out of quarantine?");
  auto& level = adder.add("log", "Change what the node logs until its end", "log debug", log_level);
  level.add_option("level", adder.given().level, "trace, debug, info, warning or error")
      ->required();
  auto& saved = adder.add("backup", "Write a consistent copy of the running node's data",
                          "backup /var/backups/muster-2030-01-01", backup);
  saved
      .add_option("folder", adder.given().folder,
                  "A new folder, by its whole path, on the node's machine")
      ->required();
}

} // namespace muster::inspect
