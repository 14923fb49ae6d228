#include "tools/inspect/trace_command.hpp"

#include "tools/inspect/views.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <iostream>
#include <thread>

namespace muster::inspect {

namespace {

constexpr std::chrono::milliseconds trace_pause{200};

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

void add_trace_command(command_adder& to) {
  auto& added = to.about_device("trace", "What a device does, as it happens",
                                "trace \"Thermometer 1\" --for 60", trace);
  added.add_option("--for", to.given().lasts, "Seconds")->capture_default_str();
}

} // namespace muster::inspect
