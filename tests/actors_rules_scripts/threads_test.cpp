#include "tests/actors_rules_scripts/called.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace muster {

TEST_CASE("threads call the same script side by side") {
  script_engine engine;
  const script counting({"n = typeof n === 'undefined' ? 1 : n + 1; return [n, msg];"});
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const auto msg = std::to_string(thread);
      for (int call = 1; call <= 500; ++call) {
        const auto expected = "[" + std::to_string(call) + "," + msg + "]";
        wrong[thread] += called(engine, counting, msg) != expected ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK(wrong == std::vector<int>(4));
}

TEST_CASE("an overrun on one thread leaves the others alone") {
  script_limits limits;
  limits.call_time = 10;
  script_engine engine(limits);
  const script endless({"while (msg.endless) {} return 1;"});
  std::string late;
  std::thread thread([&] { late = called(engine, endless, R"({"endless":true})"); });
  int wrong = 0;
  for (int call = 0; call < 2'000; ++call) {
    wrong += called(engine, endless) != "1" ? 1 : 0;
  }
  thread.join();
  CHECK(late == "failed: The script took longer than 10 ms");
  CHECK(wrong == 0);
}

TEST_CASE("overruns on all threads count together") {
  script_limits limits;
  limits.call_time = 10;
  script_engine engine(limits);
  const script endless({"for (;;) {}"});
  for (int i = 0; i < 3; ++i) {
    std::thread([&] { called(engine, endless); }).join();
  }
  CHECK(endless.suspended_until({}) == limits.suspension);
}

TEST_CASE("engines may follow each other on a thread") {
  for (int i = 0; i < 3; ++i) {
    CHECK(called("return 1;") == "1");
  }
  auto engine = std::make_unique<script_engine>();
  const script counting({"n = typeof n === 'undefined' ? 1 : n + 1; return n;"});
  CHECK(called(*engine, counting) == "1");
  engine = std::make_unique<script_engine>();
  CHECK(called(*engine, counting) == "1");
}

TEST_CASE("more scripts than a thread keeps compiled") {
  script_engine engine;
  std::vector<script> scripts;
  scripts.reserve(300);
  for (int i = 0; i < 300; ++i) {
    scripts.emplace_back(script_source{"return " + std::to_string(i) + ";"});
  }
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 300; ++i) {
      REQUIRE(called(engine, scripts[i]) == std::to_string(i));
    }
  }
}

namespace {

/// Calls with more of the stack in use than a script may use.
std::string called_deep_in_the_stack(script_engine& engine, const script& what) {
  volatile char used[1 << 20];
  used[0] = 'a';
  auto returned = called(engine, what);
  return used[0] == 'a' ? returned : "";
}

} // namespace

TEST_CASE("a call has its stack wherever it begins") {
  script_engine engine;
  const script first({"return 1;"});
  const script recursive({"var f = n => n === 0 ? 0 : 1 + f(n - 1); return f(500);"});
  std::string deep_at_once;
  std::string deep_later;
  std::thread([&] { deep_at_once = called_deep_in_the_stack(engine, recursive); }).join();
  std::thread([&] {
    called(engine, first);
    deep_later = called_deep_in_the_stack(engine, recursive);
  }).join();
  CHECK(deep_at_once == "500");
  CHECK(deep_later == "500");
}

TEST_CASE("scripts come and go") {
  script_engine engine;
  for (int i = 0; i < 1'000; ++i) {
    REQUIRE(called(engine, script({"return " + std::to_string(i) + ";"})) == std::to_string(i));
  }
}

} // namespace muster
