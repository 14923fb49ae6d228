#include "tests/actors_rules_scripts/called.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace muster {

namespace {

/// Less than the default, so that the tests take less.
script_limits short_limits() {
  script_limits limits;
  limits.call_time = 10;
  return limits;
}

} // namespace

TEST_CASE("no script runs longer than its time") {
  script_engine engine(short_limits());
  const script neighbour({"n = typeof n === 'undefined' ? 1 : n + 1; return n;"});
  int calls = 0;
  for (const auto* body : {
           "for (;;) {}",
           "try { for (;;) {} } catch (e) { return 1; } finally { for (;;) {} }",
           "return /(a+)+b/.test('a'.repeat(40));",
           "var a = []; a.length = 1e5; a.fill(0); a.sort(function () { for (;;); });",
           "return {toJSON: function () { for (;;); }};",
           "return new Proxy({}, {ownKeys: function () { for (;;); }});",
           "return [].indexOf.call({length: Infinity}, 1);",
           "return Array.from((function* () { for (;;) yield 1; })());",
           "eval('for (;;);');",
           "return new Function('for (;;);')();",
           "var f = function () { try { f(); } finally { f(); } }; f();",
           "var x = 3n; for (;;) x = x * x;",
       }) {
    INFO(body);
    CHECK(called(engine, script({body})) == "failed: The script took longer than 10 ms");
    CHECK(called(engine, neighbour) == std::to_string(++calls));
  }
}

TEST_CASE("deep recursion fails by itself") {
  CHECK(called("function f() { return f() + 1; } return f();")
            .rfind("failed: InternalError: too much recursion", 0) == 0);
  CHECK(called("function f() { return f() + 1; } try { f(); } catch (e) { return 'caught'; }") ==
        R"("caught")");
  CHECK(called("var a = []; for (var i = 0; i < 50000; i++) a = [a]; return a;")
            .rfind("failed: InternalError: too much recursion", 0) == 0);
  CHECK(called("return msg;", std::string(40'000, '[') + std::string(40'000, ']'))
            .rfind("failed: ", 0) == 0);
}

#ifndef MUSTER_SANITIZED
TEST_CASE("no call takes more memory than it may") {
  script_engine engine;
  const script neighbour({"return msg.a;"});
  for (const auto* body : {
           "var all = []; for (;;) all.push(new Uint8Array(1e6));",
           "return new Uint8Array(1e9).fill(1).length;",
           "return new ArrayBuffer(1e9).slice(0).byteLength;",
           "return 'x'.repeat(1 << 29).charCodeAt(5);",
           "return 'a'.repeat(1 << 28).normalize('NFKD').length;",
           "var s = 'a'.repeat(1 << 28); return s.localeCompare(s + 'b');",
           "try { new Uint8Array(1e9); } catch (e) { return 1; }",
       }) {
    INFO(body);
    CHECK(called(engine, script({body})) == "failed: The script used too much memory");
    CHECK(called(engine, neighbour, R"({"a":5})") == "5");
  }
}
#endif

TEST_CASE("a heap that is full is a failure of the script that filled it") {
  script_limits limits;
  limits.call_time = 60'000;
  script_engine engine(limits);
  const script neighbour({"return msg.a;"});
  CHECK(called(engine, script({"var m = new Map(); for (;;) m.set({}, {});"})) ==
        "failed: The script used too much memory");
  CHECK(called(engine, neighbour, R"({"a":5})") == "5");
}

TEST_CASE("many that keep something fill no heap for others") {
  script_limits limits;
  limits.call_time = 60'000;
  script_engine engine(limits);
  std::vector<script> keeping;
  keeping.reserve(60);
  for (int i = 0; i < 60; ++i) {
    keeping.emplace_back(script_source{"all = typeof all === 'undefined' ? [] : all; for (var i = "
                                       "0; i < 15000; i++) all.push({}); return all.length;"});
  }
  for (int round = 0; round < 4; ++round) {
    for (const auto& what : keeping) {
      called(engine, what);
    }
  }
  const script wasting(
      {"var m = new Map(); for (var i = 0; i < 50000; i++) m.set({}, {}); return 1;"});
  int failed = 0;
  for (int i = 0; i < 10; ++i) {
    failed += called(engine, wasting) != "1" ? 1 : 0;
  }
  CHECK(failed <= 1);
}

TEST_CASE("what a script keeps is bounded, garbage is not counted") {
  script_limits limits;
  limits.kept_bytes = 1 << 20;
  script_engine engine(limits);
  const script keeping({"all = typeof all === 'undefined' ? [] : all;"
                        "all.push(new Uint8Array(100000)); return all.length;"});
  std::vector<std::string> returned;
  returned.reserve(40);
  for (int i = 0; i < 40; ++i) {
    returned.push_back(called(engine, keeping));
  }
  CHECK(returned.front() == "1");
  CHECK(std::count(returned.begin(), returned.end(), "failed: The script keeps too much memory") ==
        3);
  CHECK(returned.back() == "failed: The script is suspended after 3 overruns");
  const script wasting({"return new Uint8Array(100000).length;"});
  for (int i = 0; i < 50; ++i) {
    REQUIRE(called(engine, wasting) == "100000");
  }
}

TEST_CASE("lengths are bounded") {
  script_engine engine;
  const script length({"return msg.length;"});
  const script longer({"return 'x'.repeat(msg);"});
  const auto text = [](std::size_t size) { return '"' + std::string(size, 'x') + '"'; };
  const std::size_t others = std::string("{}POST_TELEMETRY_REQUEST").size() + 2;
  CHECK(called(engine, length, text(100'000 - others)) == std::to_string(100'000 - others));
  CHECK(called(engine, length, text(100'001 - others)) ==
        "failed: The message is longer than 100000 characters");
  CHECK(called(engine, longer, "299998").size() == 300'000);
  CHECK(called(engine, longer, "299999") == "failed: The result is longer than 300000 characters");
  CHECK(called(engine, script({std::string(50'001, ' ')})) ==
        "failed: The script is longer than 50000 characters");
}

TEST_CASE("three overruns suspend a script for a minute") {
  script_engine engine(short_limits());
  const script endless({"while (msg.endless) {} return 1;"});
  const script neighbour({"return 2;"});
  const auto call = [&](bool overrun, milliseconds now) {
    return called(engine, endless, overrun ? R"({"endless":true})" : "{}", "{}", {0, now});
  };
  const std::string late = "failed: The script took longer than 10 ms";
  CHECK(call(true, 1'000) == late);
  CHECK(call(true, 2'000) == late);
  CHECK_FALSE(endless.suspended_until({0, 2'000}).has_value());
  CHECK(call(false, 2'000) == "1");
  CHECK(call(true, 3'000) == late);
  CHECK(endless.suspended_until({0, 3'000}) == 63'000);
  CHECK(script(endless).suspended_until({0, 3'000}) == 63'000);
  CHECK(call(false, 62'999) == "failed: The script is suspended after 3 overruns");
  CHECK(engine.run(endless, "{}", "{}", "", {0, 62'999}).error().code == error_code::overloaded);
  CHECK(called(engine, neighbour, "{}", "{}", {0, 3'000}) == "2");
  CHECK(call(false, 63'000) == "1");
  CHECK_FALSE(endless.suspended_until({0, 63'000}).has_value());
}

TEST_CASE("a script that merely fails is never suspended") {
  script_engine engine;
  const script failing({"throw 1;"});
  for (int i = 0; i < 10; ++i) {
    CHECK(called(engine, failing) == "failed: 1");
  }
  CHECK_FALSE(failing.suspended_until({}).has_value());
}

} // namespace muster
