#include "tools/inspect/watching.hpp"

#include "tools/inspect/views.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <thread>

namespace muster::inspect {

namespace {

constexpr std::chrono::milliseconds trace_pause{200};

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
    const auto told = node.get(
        "actors", of_nodes(given, {{"sort", given.sort}, {"limit", std::to_string(given.limit)}}));
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

} // namespace

void add_watching(command_adder& to) {
  auto& busiest =
      to.add("top", "The busiest devices, refreshed", "top --sort load --limit 10", top);
  to.add_here(busiest);
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

} // namespace muster::inspect
