#include "tools/inspect/recorder_command.hpp"

#include "actors/inspection/crash_files.hpp"
#include "tools/inspect/formats.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace muster::inspect {

namespace {

using json = nlohmann::ordered_json;

void show_events(const json& told, std::ostream& to) {
  if (told.contains("crash")) {
    const auto& crash = told["crash"];
    to << "version " << text_of(crash["version"]) << " ended by " << text_of(crash["signal"])
       << " at " << time_text(crash["ts"]) << " in thread " << crash["thread"] << '\n';
    if (crash.contains("reason")) {
      to << "because of: " << text_of(crash["reason"]) << '\n';
    }
  }
  json rows = told["events"];
  for (auto& one : rows) {
    const char* detail = one.contains("commit")  ? "commit"
                         : one.contains("epoch") ? "epoch"
                                                 : "name";
    one["detail"] = one.contains(detail) ? one[detail] : json();
    if (one.contains("why")) {
      one["outcome"] = one.contains("outcome")
                           ? json(text_of(one["outcome"]) + ": " + text_of(one["why"]))
                           : one["why"];
    }
    if (one.contains("changes")) {
      one["rows"] = one["changes"];
    }
  }
  show_rows(rows,
            {{"time", "ts", time_text},
             {"shard", "shard"},
             {"what", "what"},
             {"of", "detail"},
             {"from", "from"},
             {"device", "device"},
             {"rows", "rows"},
             {"outcome", "outcome"}},
            to);
}

/// Oldest first.
void sort_by_time(json& events) {
  std::vector<json> all(events.begin(), events.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const json& a, const json& b) { return a["ts"] < b["ts"]; });
  events = std::move(all);
}

/// What a crash has left, as a running node tells it, with the crash itself.
result<json> read_dump(const std::string& path, const node_options& given) {
  std::ifstream file(path);
  if (!file) {
    return fail(error_code::not_found, path + " cannot be read");
  }
  json told{{"file", path}};
  json events = json::array();
  for (std::string line; std::getline(file, line);) {
    auto one = json::parse(line, nullptr, false);
    // The last line may be cut: the disk was full, or the power went.
    if (!one.is_object() || !one.contains("ts")) {
      continue;
    }
    if (one.value("what", std::string()) == "crash") {
      told["crash"] = std::move(one);
    } else if (given.device.empty() || one.value("device", std::string()) == given.device) {
      events.push_back(std::move(one));
    }
  }
  if (!told.contains("crash")) {
    return fail(error_code::invalid, path + " is not what a crash of a node has left");
  }
  // They lie there by shard, each from its own beginning.
  sort_by_time(events);
  while (events.size() > given.events) {
    events.erase(0);
  }
  told["events"] = std::move(events);
  return told;
}

int recorder(const node_options& given) {
  if (!given.file.empty()) {
    return print(read_dump(given.file, given), given, show_events);
  }
  auto told = node_client(given.where)
                  .get("recorder", of_nodes(given, {{"device", given.device},
                                                    {"limit", std::to_string(given.events)}}));
  const auto left =
      given.where.url.empty() ? crash_files(given.where.data) : std::vector<std::string>();
  if (!told && told.error().code == error_code::storage_unavailable && !left.empty()) {
    std::cerr << "muster-inspect: no node answers; this is what its last crash has left in "
              << left.back() << '\n';
    told = read_dump(left.back(), given);
  }
  if (told && told->contains("events")) {
    // Of several nodes they come the newest first.
    sort_by_time((*told)["events"]);
  }
  return print(told, given, show_events);
}

} // namespace

void add_recorder_command(command_adder& to) {
  auto& added = to.add("recorder",
                       "The last events of a running node, or those before it crashed when none "
                       "answers",
                       "recorder --device \"Thermometer 1\"", recorder);
  to.add_here(added);
  added.add_option("--device", to.given().device,
                   "Only this one's: its name, identifier or token; of a crash, its identifier");
  added.add_option("--limit", to.given().events, "Events at most, the newest")
      ->capture_default_str();
  added.add_option("--file", to.given().file, "What a crash has left: crash-....jsonl");
}

} // namespace muster::inspect
