#include "tools/inspect/top_command.hpp"

#include "tools/inspect/key_reader.hpp"
#include "tools/inspect/views.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

namespace muster::inspect {

namespace {

/// What the operator looks at; keys change it.
struct top_choice {
  std::string sort;
  std::string filter;
  bool ended = false;
};

std::string typed_line(const key_reader& keys, const std::string& question) {
  constexpr char backspace = 127;
  std::string line;
  std::cout << '\n' << question << std::flush;
  for (;;) {
    const auto key = keys.wait(std::chrono::minutes(1));
    if (!key || *key == '\n' || *key == '\r' || *key == key_reader::ctrl_c) {
      return line;
    }
    if (*key == backspace) {
      if (!line.empty()) {
        line.pop_back();
        std::cout << "\b \b" << std::flush;
      }
    } else {
      line += *key;
      std::cout << *key << std::flush;
    }
  }
}

void follow(char key, const key_reader& keys, top_choice& choice) {
  switch (key) {
  case 'r':
    choice.sort = "rate";
    break;
  case 'l':
    choice.sort = "load";
    break;
  case 'w':
    choice.sort = "queue";
    break;
  case 'i':
    choice.sort = "idle";
    break;
  case 'm':
    choice.sort = "memory";
    break;
  case '/':
    choice.filter = typed_line(keys, "part of the identifier (nothing: all): ");
    break;
  case 'q':
  case key_reader::ctrl_c:
    choice.ended = true;
    break;
  default:
    break;
  }
}

/// On a terminal the screen is drawn anew each time, and keys are followed at once.
int top(const node_options& given) {
  node_client node(given.where);
  const bool terminal = isatty(STDOUT_FILENO) != 0 && !given.json;
  std::optional<key_reader> keys;
  if (terminal) {
    keys.emplace();
  }
  top_choice choice{given.sort, given.filter};
  for (unsigned time = 0; !choice.ended && (given.times == 0 || time < given.times); ++time) {
    if (terminal) {
      std::cout << "\x1b[H\x1b[2J";
    }
    const auto told = node.get("actors", of_nodes(given, {{"sort", choice.sort},
                                                          {"filter", choice.filter},
                                                          {"limit", std::to_string(given.limit)}}));
    if (const int status = print(told, given, show_actors); status != fine) {
      return status;
    }
    if (terminal) {
      std::cout << "\norder by: r messages/s  l cpu  w queue  i idle  m memory    / filter"
                << (choice.filter.empty() ? "" : " (" + choice.filter + ")") << "    q end\n";
    }
    std::cout << std::flush;
    if (time + 1 == given.times) {
      break;
    }
    const std::chrono::milliseconds pause = std::chrono::seconds(given.every);
    if (!keys) {
      std::this_thread::sleep_for(pause);
    } else if (const auto key = keys->wait(pause)) {
      follow(*key, *keys, choice);
    }
  }
  return fine;
}

} // namespace

void add_top_command(command_adder& to) {
  auto& added = to.add("top", "The busiest devices, refreshed; on a terminal keys order and filter",
                       "top --sort load --limit 10", top);
  to.add_here(added);
  added
      .add_option("--sort", to.given().sort,
                  "rate, load, queue, idle or memory: about what a device's attributes, latest "
                  "values, RPCs, alarms, polls and what rule chains left to be done take, as of "
                  "the look before")
      ->check(CLI::IsMember({"rate", "load", "queue", "idle", "memory"}));
  added.add_option("--filter", to.given().filter, "Only devices with that in their identifier");
  added.add_option("--limit", to.given().limit, "Rows at most")->capture_default_str();
  added.add_option("--every", to.given().every, "Seconds between two looks")
      ->check(CLI::Range(1U, 3'600U))
      ->capture_default_str();
  added.add_option("--times", to.given().times, "Looks; 0: until it is ended");
}

} // namespace muster::inspect
