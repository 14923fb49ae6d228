#include "actors/inspection/flight_recorder.hpp"

#include "actors/inspection/crash_dump.hpp"
#include "actors/inspection/crash_files.hpp"
#include "actors/inspection/event_line.hpp"
#include "actors/inspection/recorder_report.hpp"
#include "actors/inspection/refusals.hpp"
#include "actors/registry/actor_runtime.hpp"
#include "tests/actors_service/temporary_folder.hpp"
#include "tests/catch.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <thread>

namespace muster {

namespace {

using event_json = nlohmann::ordered_json;

constexpr shard_id some_shard{7};
const device_id some_device{{{1, 2, 3}}};

std::vector<event_json> held(const flight_recorder& from) {
  return describe_events(from, std::nullopt, 10'000)["events"];
}

/// What a process leaves that does this and ends by that signal.
std::vector<event_json> left_by(const std::function<void()>& crash, int signal) {
  const temporary_folder folder;
  const pid_t child = fork();
  if (child == 0) {
    // What it says of its end is not for this test's reader, nor are its signals for Catch.
    ::close(STDERR_FILENO);
    for (const int number : {SIGSEGV, SIGABRT}) {
      std::signal(number, SIG_DFL);
    }
    flight_recorder events;
    const crash_dump dump(folder.path(), events, "1.2.3");
    events.begin(some_shard, some_device, 0, 0, 1'000);
    crash();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == signal);
  const auto files = crash_files(folder.path());
  REQUIRE(files.size() == 1);
  struct stat found {};
  REQUIRE(::stat(files.front().c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  std::ifstream file(files.front());
  std::vector<event_json> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(event_json::parse(line));
  }
  return lines;
}

const volatile bool deeper = true;

int use_stack(int sum) {
  volatile char taken[1'024] = {};
  taken[0] = static_cast<char>(sum);
  return deeper ? use_stack(sum + 1) + taken[0] : sum;
}

void use_up_stack() {
  static_cast<void>(use_stack(0));
}

} // namespace

TEST_CASE("a command is recorded when it begins, and what became of it") {
  flight_recorder events;
  CHECK(held(events).empty());
  const auto mark = events.begin(some_shard, some_device, 0, 1, 5);
  const auto begun = held(events);
  REQUIRE(begun.size() == 1);
  CHECK(begun[0]["name"] == "save_telemetry");
  CHECK(begun[0]["from"] == "application");
  CHECK(begun[0]["device"] == to_string(some_device));
  CHECK(begun[0]["shard"] == 7);
  CHECK(begun[0]["outcome"] == "under way");
  events.end(mark, std::nullopt, 3);
  CHECK(held(events)[0]["outcome"] == "done");
  CHECK(held(events)[0]["rows"] == 3);
  events.end(mark, error_code::rate_limited, 0);
  CHECK(held(events)[0]["why"] == "rate limited");
}

TEST_CASE("of a shard the last events are held, and of other shards as many") {
  flight_recorder events;
  const auto first = events.begin(some_shard, some_device, 0, 0, 0);
  for (timestamp at = 1; at <= 40; ++at) {
    events.note(recorded::dropped, some_shard, some_device, at, error_code::overloaded);
  }
  events.note(recorded::opened, shard_id{0}, 12, 50);
  events.commit(9, 4, true, 51);
  // Its place is another's by now.
  events.end(first, error_code::internal, 99);
  const auto all = held(events);
  REQUIRE(all.size() == flight_recorder::of_shard + 2);
  CHECK(all.front()["ts"] == 25);
  CHECK(all[15]["ts"] == 40);
  CHECK(all[15]["why"] == "overloaded");
  CHECK(all[16]["what"] == "opened");
  CHECK(all[16]["epoch"] == 12);
  CHECK(all[17] ==
        event_json{
            {"ts", 51}, {"what", "commit"}, {"commit", 9}, {"changes", 4}, {"why", "no storage"}});
  CHECK(describe_events(events, some_device, 10'000)["events"].size() == 16);
  CHECK(describe_events(events, std::nullopt, 1)["events"][0]["ts"] == 51);
}

TEST_CASE("every event has a line of JSON, however large its numbers are") {
  recorded_event event;
  event.at = INT64_MIN;
  event.shard = shard_id{255};
  event.device.value.bytes.fill(0xff);
  event.detail = UINT64_MAX >> 1;
  event.count = UINT32_MAX;
  std::array<char, longest_event_line> bytes{};
  for (int what = 0; what <= static_cast<int>(recorded::commit); ++what) {
    for (int why = 0; why <= static_cast<int>(error_code::internal); ++why) {
      event.what = static_cast<recorded>(what);
      event.refusal = static_cast<error_code>(why);
      for (int kind = 0; kind < 256; ++kind) {
        event.kind = static_cast<std::uint8_t>(kind);
        event.sender = event.kind;
        const auto line = event_line(event, bytes);
        REQUIRE(line.size() < longest_event_line);
        REQUIRE(event_json::accept(line));
      }
    }
  }
}

TEST_CASE("what many threads record is never mixed up") {
  flight_recorder events;
  std::atomic<bool> ending{false};
  std::vector<std::thread> writers;
  for (std::uint8_t writer = 1; writer <= 4; ++writer) {
    writers.emplace_back([&events, &ending, writer] {
      device_id device;
      device.value.bytes.fill(writer);
      while (!ending) {
        const auto mark = events.begin(shard_id{1}, device, writer, writer % 3, writer);
        events.end(mark, std::nullopt, writer);
      }
    });
  }
  // Until much has been seen, so that writers and the reader have met.
  for (std::size_t seen = 0; seen < 100'000;) {
    for (std::size_t place = 0; place < flight_recorder::places; ++place) {
      const auto event = events.at(place);
      if (event.number == 0) {
        continue;
      }
      ++seen;
      device_id device;
      device.value.bytes.fill(event.kind);
      REQUIRE(event.device == device);
      REQUIRE(event.at == event.kind);
      REQUIRE(event.sender == event.kind % 3);
    }
  }
  ending = true;
  for (auto& one : writers) {
    one.join();
  }
}

TEST_CASE("a crash leaves the last events in the data folder") {
  const auto lines = left_by([] { raise(SIGSEGV); }, SIGSEGV);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["what"] == "crash");
  CHECK(lines[0]["signal"] == "SIGSEGV");
  CHECK(lines[0]["version"] == "1.2.3");
  CHECK(lines[1]["name"] == "save_telemetry");
  CHECK(lines[1]["outcome"] == "under way");
}

TEST_CASE("a mistake of the program leaves them as well") {
  const auto lines = left_by(
      [] {
        volatile int* nowhere = nullptr;
        *nowhere = 1;
      },
      SIGSEGV);
  CHECK(lines.size() == 2);
}

TEST_CASE("a stack that is used up leaves them, of the main thread and of threads with actors") {
  CHECK(left_by(use_up_stack, SIGSEGV).size() == 2);
  const auto by_actor = left_by(
      [] {
        actor_runtime runtime(1);
        runtime.system().spawn(use_up_stack);
        runtime.system().await_all_actors_done();
      },
      SIGSEGV);
  REQUIRE(by_actor.size() == 2);
  CHECK(by_actor[0]["signal"] == "SIGSEGV");
  CHECK(by_actor[0]["process"] != by_actor[0]["thread"]);
}

TEST_CASE("an exception that nobody catches is named") {
  const auto lines = left_by(
      [] { std::thread([] { throw std::runtime_error("it \"broke\""); }).join(); }, SIGABRT);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["reason"] == "it ?broke?");
}

TEST_CASE("of many crashes the newest files are kept") {
  const temporary_folder folder;
  for (int at = 10; at < 30; ++at) {
    std::ofstream(folder.path() + "/crash-17000000000" + std::to_string(at) + ".jsonl") << "{}\n";
  }
  const flight_recorder events;
  { const crash_dump dump(folder.path(), events, "1"); }
  const auto left = crash_files(folder.path());
  REQUIRE(left.size() < 10);
  CHECK(left.back().find("crash-1700000000029") != std::string::npos);
}

TEST_CASE("what the edge refuses a device is recorded in its shard") {
  flight_recorder events;
  refusals refused(&events);
  refused.note(some_device, refusal::rate_limit, 1'000);
  refused.note(some_device, refusal::credentials, 2'000);
  refused.unknown("nobody's token", 3'000);
  const auto told = held(events);
  REQUIRE(told.size() == 2);
  CHECK(told[0]["why"] == "rate limited");
  CHECK(told[1]["why"] == "unauthorized");
  CHECK(told[1]["shard"] == static_cast<int>(shard_of(some_device)));
  CHECK(told[1]["device"] == to_string(some_device));
}

} // namespace muster
