#include "tools/inspect/node_commands.hpp"

#include "tools/inspect/node_client.hpp"
#include "tools/inspect/question.hpp"
#include "tools/inspect/views.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

namespace muster::inspect {

namespace {

using json = nlohmann::ordered_json;
using view = void (*)(const json& told, std::ostream& to);

enum exit_status : int { fine = 0, failed = 1, problems_found = 3 };

constexpr std::chrono::milliseconds trace_pause{200};

struct node_options {
  node_choice where;
  bool json = false;
  bool yes = false;
  std::string device;
  std::string sort;
  std::string level;
  std::string folder;
  unsigned limit = 20;
  unsigned every = 2;
  unsigned lasts = 30;
  unsigned times = 0;
};

int complain(const error& why) {
  std::cerr << "muster-inspect: " << why.message << '\n';
  return failed;
}

int print(const result<json>& told, const node_options& given, view people) {
  if (!told) {
    return complain(told.error());
  }
  if (given.json) {
    std::cout << told->dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  } else {
    people(*told, std::cout);
  }
  return fine;
}

/// Refreshes until it is ended; on a terminal the screen is drawn anew.
int top(const node_options& given) {
  node_client node(given.where);
  const bool terminal = isatty(STDOUT_FILENO) != 0 && !given.json;
  for (unsigned time = 0; given.times == 0 || time < given.times; ++time) {
    if (time > 0) {
      std::this_thread::sleep_for(std::chrono::seconds(given.every));
    }
    if (terminal) {
      std::cout << "\x1b[H\x1b[2J";
    }
    const auto told =
        node.get("actors", {{"sort", given.sort}, {"limit", std::to_string(given.limit)}});
    if (const int status = print(told, given, show_actors); status != fine) {
      return status;
    }
    std::cout << std::flush;
  }
  return fine;
}

int trace(const node_options& given) {
  node_client node(given.where);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(given.lasts);
  std::uint64_t after = 0;
  for (bool first = true; std::chrono::steady_clock::now() < end; first = false) {
    const auto told =
        node.get("trace", {{"device", given.device}, {"after", std::to_string(after)}});
    if (!told) {
      return complain(told.error());
    }
    after = (*told)["next"].get<std::uint64_t>();
    if (!first && (*told)["lost"] > 0) {
      std::cerr << (*told)["lost"] << " events came too fast and are lost\n";
    }
    for (const auto& event : (*told)["events"]) {
      if (given.json) {
        std::cout << event.dump() << '\n';
      } else {
        show_event(event, std::cout);
      }
    }
    std::cout << std::flush;
    std::this_thread::sleep_for(trace_pause);
  }
  return fine;
}

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

class command_adder {
public:
  command_adder(CLI::App& to, int& status) : to_(to), status_(status) {}

  CLI::App& add(const char* name, const char* what, const std::string& example,
                std::function<int(const node_options&)> run) {
    auto& added = *to_.add_subcommand(name, what);
    added.footer("Example: muster-inspect " + example);
    auto given = given_;
    auto& where = given->where;
    added.add_option("--data", where.data, "Data folder of the node on this machine")
        ->envname("MUSTER_DATA_DIR")
        ->capture_default_str();
    added.add_option("--node", where.url, "URL of another node, asked as its administrator");
    added.add_option("--user", where.user, "System administrator of --node")->capture_default_str();
    added.add_option("--password", where.password, "His password")
        ->envname("MUSTER_INSPECT_PASSWORD");
    added.add_option("--ca", where.authorities, "File of certificates to trust");
    added.add_flag("--insecure", where.insecure, "Do not check the node's certificate");
    added.add_flag("--json", given->json, "For programs");
    added.callback([given, run = std::move(run), &status = status_] { status = run(*given); });
    return added;
  }

  CLI::App& about_device(const char* name, const char* what, const std::string& example,
                         std::function<int(const node_options&)> run) {
    auto& added = add(name, what, example, std::move(run));
    added.add_option("device", given_->device, "Its name, identifier or token")->required();
    return added;
  }

  void report(const char* name, const char* what, const char* question, view people) {
    add(name, what, name, [question, people](const node_options& given) {
      return print(node_client(given.where).get(question), given, people);
    });
  }

  void lever(const char* name, const char* what, const char* question_for_people) {
    auto& added =
        about_device(name, what, std::string(name) + " \"Thermometer 1\" --yes",
                     [name, question_for_people](const node_options& given) {
                       if (!confirmed(given.yes, question_for_people)) {
                         return static_cast<int>(failed);
                       }
                       return print(node_client(given.where).post(name, {{"device", given.device}}),
                                    given, show_device);
                     });
    added.add_flag("--yes", given_->yes, "Do not ask");
  }

  node_options& given() { return *given_; }

private:
  CLI::App& to_;
  int& status_;
  std::shared_ptr<node_options> given_ = std::make_shared<node_options>();
};

void add_watching(command_adder& to) {
  auto& busiest =
      to.add("top", "The busiest devices, refreshed", "top --sort load --limit 10", top);
  busiest.add_option("--sort", to.given().sort, "rate, load, queue or idle")
      ->check(CLI::IsMember({"rate", "load", "queue", "idle"}));
  busiest.add_option("--limit", to.given().limit, "Rows at most")->capture_default_str();
  busiest.add_option("--every", to.given().every, "Seconds between two looks")
      ->check(CLI::Range(1U, 3'600U))
      ->capture_default_str();
  busiest.add_option("--times", to.given().times, "Looks; 0: until it is ended");
  auto& traced = to.about_device("trace", "What a device does, as it happens",
                                 "trace \"Thermometer 1\" --for 60", trace);
  traced.add_option("--for", to.given().lasts, "Seconds")->capture_default_str();
}

} // namespace

void add_node_commands(CLI::App& to, int& status) {
  command_adder adder(to, status);
  adder.report("status", "What the node is and does", "status", show_status);
  add_watching(adder);
  adder.about_device("device", "All that a device's actor holds", "device \"Thermometer 1\"",
                     [](const node_options& given) {
                       return print(
                           node_client(given.where).get("device", {{"device", given.device}}),
                           given, show_device);
                     });
  adder.about_device("why",
                     "What keeps a device silent, or its RPCs waiting; exit status 3: something",
                     "why \"Thermometer 1\"", why);
  adder.report("rpc", "Pending RPCs, oldest first, and what each waits for", "rpc", show_rpcs);
  adder.report("polls", "Parked polls", "polls", show_polls);
  adder.report("actors", "Devices in memory, the busiest first", "actors", show_actors);
  adder.report("shards", "Shards and their actors", "shards", show_shards);
  adder.report("journal", "Sizes and times of commits", "journal", show_journal);
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
