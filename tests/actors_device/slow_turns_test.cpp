#include "actors/device/slow_turns.hpp"
#include "tests/actors_device/support.hpp"
#include "tests/catch.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

namespace muster::test {

TEST_CASE("a slow turn of an actor is logged with what it was for, many of them rarely") {
  std::ostringstream text;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text)));
  slow_turns turns;
  const envelope command = incoming{{device_of(1), device_sender{1}, 0, save_telemetry{}}, {}};
  const milliseconds now = slow_turns::now();
  turns.ended(now, device_of(1), command);
  CHECK(text.str().empty());
  turns.ended(now - 70, device_of(1), command);
  turns.ended(now - 80, device_of(2), wake{});
  spdlog::set_default_logger(before);
  const std::string line = text.str();
  CHECK(line.find(to_string(device_of(1))) != std::string::npos);
  CHECK(line.find("save_telemetry took its actor") != std::string::npos);
  CHECK(line.find(to_string(device_of(2))) == std::string::npos);
}

} // namespace muster::test
