#include "actors/inspection/busy_devices.hpp"
#include "actors/inspection/diagnosis.hpp"
#include "actors/inspection/oldest_rows.hpp"
#include "actors/inspection/refusals.hpp"
#include "actors/inspection/report_gather.hpp"
#include "actors/service/token_cache.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <set>

namespace muster {

namespace {

using inspected_json = nlohmann::ordered_json;

constexpr timestamp noon = 1'700'000'000'000;

/// Of a device with which all is well.
inspected_json healthy() {
  return {{"phase", "ready"},
          {"exists", true},
          {"attributes",
           {{"CLIENT_SCOPE", inspected_json::array()},
            {"SHARED_SCOPE", inspected_json::array()},
            {"SERVER_SCOPE", inspected_json::array()}}},
          {"latest", {{{"key", "t"}, {"ts", noon - 1'000}, {"value", 1}}}},
          {"rpcs", inspected_json::array()},
          {"polls", inspected_json::array()},
          {"lastRpcPoll", nullptr},
          {"activity", {{"active", true}, {"lastActivityTime", noon - 1'000}}},
          {"sharedAttributes", {{"newestChange", 0}, {"told", nullptr}, {"everPolled", false}}}};
}

inspected_json waiting_rpc() {
  return {{"state", "queued"}, {"age", 90'000}};
}

std::set<std::string> causes(const inspected_json& report, diagnosis_facts facts = {}) {
  facts.now = noon;
  std::set<std::string> all;
  for (const auto& one : diagnose(report, facts)) {
    CHECK_FALSE(one.text.empty());
    all.emplace(one.cause);
  }
  return all;
}

} // namespace

TEST_CASE("nothing is found where all is well") {
  CHECK(causes(healthy()).empty());
}

TEST_CASE("a diagnosis names each cause, and that one only") {
  struct situation {
    const char* cause;
    std::function<void(inspected_json&, diagnosis_facts&)> stage;
  };
  const situation situations[] = {
      {"never_connected",
       [](auto& r, auto&) {
         r["activity"] = {{"active", false}, {"lastActivityTime", 0}};
       }},
      {"inactive", [](auto& r, auto&) { r["activity"]["active"] = false; }},
      {"quarantined", [](auto& r, auto&) { r["phase"] = "quarantined"; }},
      {"loading", [](auto& r, auto&) { r["phase"] = "loading"; }},
      {"old_credentials",
       [](auto&, auto& f) {
         f.wrong_credentials = {3, noon};
       }},
      {"rate_limited",
       [](auto&, auto& f) {
         f.over_limit = {3, noon};
       }},
      {"rpc_expired",
       [](auto&, auto& f) {
         f.expired_undelivered = 1;
         f.last_expired = noon;
       }},
      {"store_refuses_writes", [](auto&, auto& f) { f.store_trouble = "the disk is full"; }},
      {"clock_ahead", [](auto& r, auto&) { r["latest"][0]["ts"] = noon + 3'600'000; }},
      {"clock_behind", [](auto& r, auto&) { r["latest"][0]["ts"] = 1'000; }},
      {"never_polled", [](auto& r, auto&) { r["rpcs"] = {waiting_rpc()}; }},
      {"polls_too_short",
       [](auto& r, auto&) {
         r["rpcs"] = {waiting_rpc()};
         r["lastRpcPoll"] = {{"age", 2'000}, {"timeout", 100}};
       }},
      {"stopped_polling",
       [](auto& r, auto&) {
         r["rpcs"] = {waiting_rpc()};
         r["lastRpcPoll"] = {{"age", 200'000}, {"timeout", 60'000}};
       }},
      {"rpc_unanswered",
       [](auto& r, auto&) {
         r["rpcs"] = {waiting_rpc()};
         r["rpcs"][0]["state"] = "delivered";
       }},
      {"never_polled_attributes",
       [](auto& r, auto&) {
         r["attributes"]["SHARED_SCOPE"] = {{{"key", "a"}}};
       }},
      {"attributes_wait",
       [](auto& r, auto&) {
         r["sharedAttributes"] = {{"newestChange", 3}, {"told", 2}, {"everPolled", true}};
       }},
  };
  for (const auto& one : situations) {
    INFO(one.cause);
    auto report = healthy();
    diagnosis_facts facts;
    one.stage(report, facts);
    CHECK(causes(report, facts) == std::set<std::string>{one.cause});
  }
}

TEST_CASE("a device that is not there is no reason to look further") {
  CHECK(causes({{"phase", "ready"}, {"exists", false}}).empty());
}

TEST_CASE("refusals are counted by device and reason, a former token by its device") {
  refusals refused;
  const device_id device{random_uuid()};
  refused.note(device, refusal::rate_limit, 5);
  refused.note(device, refusal::rate_limit, 7);
  CHECK(refused.of(device, refusal::rate_limit).times == 2);
  CHECK(refused.of(device, refusal::rate_limit).last == 7);
  CHECK(refused.of(device, refusal::credentials).times == 0);
  refused.unknown("old", 8);
  refused.former(digest_of("old"), device);
  refused.unknown("old", 9);
  CHECK(refused.of(device, refusal::credentials).times == 1);
  CHECK(refused.of(device, refusal::credentials).last == 9);
}

TEST_CASE("refusals of many devices are bounded") {
  refusals refused;
  const device_id first{random_uuid()};
  refused.note(first, refusal::rate_limit, 1);
  for (int at = 0; at < 10'000; ++at) {
    refused.note(device_id{random_uuid()}, refusal::rate_limit, 2);
  }
  CHECK(refused.of(first, refusal::rate_limit).times == 0);
}

TEST_CASE("devices are ordered by what they did since the last look") {
  busy_devices busy;
  const device_id calm{random_uuid()};
  const device_id hot{random_uuid()};
  const auto facts = [](const device_id& device, std::uint64_t commands, std::uint64_t ns) {
    resident_facts one;
    one.device = device;
    one.commands = commands;
    one.busy = ns;
    return one;
  };
  const auto first =
      busy.look({facts(calm, 1'000, 0), facts(hot, 0, 0)}, 1'000, busy_order::rate, 9);
  CHECK(first[0].rate == 0);
  const auto next = busy.look({facts(calm, 1'010, 5'000'000), facts(hot, 500, 1'000'000'000)},
                              3'000, busy_order::rate, 1);
  REQUIRE(next.size() == 1);
  CHECK(next[0].now.device == hot);
  CHECK(next[0].rate == Approx(250));
  CHECK(next[0].load == Approx(0.5));
  // It left and came back.
  const auto back = busy.look({facts(hot, 4, 0)}, 4'000, busy_order::rate, 9);
  CHECK(back[0].rate == Approx(4));
  auto large = facts(calm, 0, 0);
  large.bytes = 7;
  CHECK(busy.look({facts(hot, 9, 0), large}, 5'000, busy_order::memory, 1)[0].now.device == calm);
}

TEST_CASE("of many rows the oldest are kept") {
  REQUIRE(rc::check("as if all were sorted", [](const std::vector<std::uint16_t>& ages) {
    const auto most = *rc::gen::inRange<std::size_t>(0, 20);
    oldest_rows rows(most);
    for (const auto age : ages) {
      rows.add({{"age", age}});
    }
    auto expected = ages;
    std::sort(expected.rbegin(), expected.rend());
    expected.resize(std::min(expected.size(), most));
    std::vector<std::uint16_t> kept;
    for (const auto& one : rows.take()) {
      kept.push_back(one["age"].get<std::uint16_t>());
    }
    RC_ASSERT(kept == expected);
    RC_ASSERT(rows.total() == ages.size());
  }));
}

TEST_CASE("reports are gathered from those that answer") {
  std::vector<inspected_json> got;
  int times = 0;
  auto handles = report_gather::begin(3, [&](std::vector<inspected_json>&& reports) {
    got = std::move(reports);
    ++times;
  });
  handles[0].answer(inspected{{R"({"n":1})"}});
  handles[1].answer(error{error_code::not_found, {}});
  CHECK(times == 0);
  // A handle that ends is an answer.
  handles[2] = {};
  CHECK(times == 1);
  CHECK(got.size() == 1);
  report_gather::begin(0, [&](std::vector<inspected_json>&&) { ++times; });
  CHECK(times == 2);
}

} // namespace muster
