#include "tools/inspect/views.hpp"

#include "tools/inspect/formats.hpp"
#include "tools/inspect/table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace muster::inspect {

namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t longest_bar = 40;

void show_histogram(const json& of, const char* unit, std::ostream& to) {
  std::uint64_t most = 1;
  for (const auto& one : of["buckets"]) {
    most = std::max(most, one["count"].get<std::uint64_t>());
  }
  table shown({"up to " + std::string(unit), "count", ""});
  for (const auto& one : of["buckets"]) {
    const auto count = one["count"].get<std::uint64_t>();
    const auto length = static_cast<std::size_t>(longest_bar * count / most);
    shown.add({one["upTo"].is_null() ? "more" : text_of(one["upTo"]), std::to_string(count),
               std::string(length, '#')});
  }
  shown.print(to);
}

/// Where there are more rows than are shown.
void show_left_out(const json& told, const char* rows, std::ostream& to) {
  const auto shown = told[rows].size();
  if (told.value("total", shown) > shown) {
    to << "The oldest " << shown << " of " << told["total"] << "; --limit shows more\n";
  }
}

} // namespace

void show_plain(const json& told, std::ostream& to) {
  to << told.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

void show_actors(const json& told, std::ostream& to) {
  to << told["total"] << " devices in memory\n";
  const auto percent = [](const json& what) {
    return fmt::format("{:.1f}", what.get<double>() * 100);
  };
  const auto rate = [](const json& what) { return fmt::format("{:.1f}", what.get<double>()); };
  show_rows(told["actors"],
            {{"device", "device"},
             {"messages/s", "rate", +rate},
             {"cpu %", "load", +percent},
             {"messages", "commands"},
             {"queued", "queued"},
             {"commits", "commitsUnderWay"},
             {"idle", "idle", span_text},
             {"pinned", "pinned"},
             {"memory", "bytes", size_text}},
            to);
}

void show_device(const json& told, std::ostream& to) {
  table facts({"what", "value"});
  for (const auto& [name, value] : told.items()) {
    if (!value.is_array() && name != "attributes") {
      facts.add({name, name == "created" ? time_text(value) : text_of(value)});
    }
  }
  facts.print(to);
  if (told.contains("alarms") && !told["alarms"].empty()) {
    to << "\nactive alarms\n";
    show_rows(told["alarms"],
              {{"type", "type"},
               {"severity", "severity"},
               {"since", "start", time_text},
               {"last seen", "end", time_text},
               {"acknowledged", "acknowledged"}},
              to);
  }
  if (told.contains("outbox") && !told["outbox"].empty()) {
    to << "\nwhat its rule chains wait for\n";
    show_rows(told["outbox"],
              {{"chain", "chain"},
               {"node", "ruleNode"},
               {"message", "message"},
               {"work", "work"},
               {"age", "age", span_text},
               {"state", "state"},
               {"until", "until", time_text},
               {"failures", "failures"}},
              to);
  }
  if (!told.value("exists", false)) {
    return;
  }
  for (const auto& [scope, rows] : told["attributes"].items()) {
    if (!rows.empty()) {
      to << '\n' << scope << '\n';
      show_rows(rows, {{"key", "key"}, {"updated", "lastUpdateTs", time_text}, {"value", "value"}},
                to);
    }
  }
  if (!told["latest"].empty()) {
    to << "\nlatest telemetry\n";
    show_rows(told["latest"], {{"key", "key"}, {"time", "ts", time_text}, {"value", "value"}}, to);
  }
  if (!told["rpcs"].empty()) {
    to << "\nRPCs\n";
    show_rows(told["rpcs"],
              {{"number", "number"},
               {"method", "method"},
               {"state", "state"},
               {"age", "age", span_text},
               {"deliveries", "deliveries"},
               {"left", "left", span_text},
               {"caller waits", "callerWaits"}},
              to);
  }
  if (!told["polls"].empty()) {
    to << "\npolls\n";
    show_polls(told, to);
  }
}

void show_rpcs(const json& told, std::ostream& to) {
  show_rows(told["rpcs"],
            {{"device", "name"},
             {"number", "number"},
             {"method", "method"},
             {"state", "state"},
             {"age", "age", span_text},
             {"deliveries", "deliveries"},
             {"left", "left", span_text},
             {"reason", "reason"}},
            to);
  show_left_out(told, "rpcs", to);
}

void show_polls(const json& told, std::ostream& to) {
  show_rows(told["polls"],
            {{"device", "name"},
             {"of", "kind"},
             {"age", "age", span_text},
             {"left", "left", span_text},
             {"client", "peer"}},
            to);
  show_left_out(told, "polls", to);
}

void show_shards(const json& told, std::ostream& to) {
  show_rows(told["shards"],
            {{"shard", "shard"},
             {"state", "state"},
             {"epoch", "epoch"},
             {"actors", "actors"},
             {"messages", "commands"},
             {"activations", "activations"},
             {"passivations", "passivations"},
             {"answers held", "answersHeld"}},
            to);
}

void show_journal(const json& told, std::ostream& to) {
  if (show_nodes(told, show_journal, to)) {
    return;
  }
  to << told["commits"] << " commits, " << told["failures"] << " failed, " << told["queue"]
     << " changes wait\n\n";
  show_histogram(told["microseconds"], "microseconds", to);
  to << '\n';
  show_histogram(told["batch"], "changes", to);
}

void show_cluster(const json& told, std::ostream& to) {
  show_rows(told["nodes"],
            {{"node", "node"},
             {"generation", "generation"},
             {"address", "address"},
             {"state", "state"},
             {"shards", "shards"},
             {"last heartbeat", "lastHeartbeat", time_text}},
            to);
}

void show_config(const json& told, std::ostream& to) {
  show_rows(told["options"], {{"option", "option"}, {"value", "value"}, {"from", "from"}}, to);
}

void show_why(const json& told, std::ostream& to) {
  to << "device " << text_of(told["device"]) << " \"" << text_of(told["name"]) << "\"\n";
  for (const auto& one : told["findings"]) {
    to << "- " << text_of(one["text"]) << '\n';
  }
  if (told["findings"].empty()) {
    to << "Nothing is wrong as far as the node can tell: it is heard, and nothing waits for it.\n";
  }
}

void show_event(const json& event, std::ostream& to) {
  to << time_text(event["ts"]) << "  " << text_of(event["what"]);
  for (const auto& [name, value] : event.items()) {
    if (name != "ts" && name != "what") {
      to << "  " << name << "=" << text_of(value);
    }
  }
  to << '\n';
}

} // namespace muster::inspect
