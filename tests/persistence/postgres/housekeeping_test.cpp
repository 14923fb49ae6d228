#include "tests/catch.hpp"
#include "tests/persistence/postgres/database.hpp"
#include "tests/persistence/postgres/writes.hpp"
#include "tests/persistence/support/manual_clock.hpp"

#include <atomic>
#include <thread>

namespace muster::test {

using namespace persistence;
using kind = write_outcome::kind;

namespace {

constexpr milliseconds day = 24 * 3'600'000;

struct housekeeping_fixture {
  manual_clock clock;
  std::unique_ptr<postgres_store> store;
  device_id device = device_of(1);

  housekeeping_fixture() {
    empty_database(single_server(), clock);
    auto options = options_of(single_server());
    options.retention_seconds = 90 * day / 1000;
    store = open_owner(options, clock);
    REQUIRE(outcome(*store, creation(device, "device")) == kind::durable);
  }

  std::int64_t count(const std::string& what) {
    return session_with(single_server()).run("select count(*) from " + what).value().number(0, 0);
  }
  void append(timestamp ts, timestamp expires = 0) {
    static std::uint64_t arrival = 1'000;
    auto one = message(device, ++arrival);
    auto& row = std::get<append_history>(one.mutations[0]);
    row.ts = ts;
    row.expires = expires;
    REQUIRE(outcome(*store, one) == kind::durable);
  }
};

} // namespace

TEST_CASE("history lies in months, and what comes too early is moved to its own") {
  housekeeping_fixture f;
  const auto now = f.clock.now().wall;
  f.append(now);
  f.append(now + 150 * day);
  f.append(now - 500 * day);
  CHECK(f.count("history") == 3);
  CHECK(f.count("history_2023_11") == 1);
  CHECK(f.count("history_rest") == 2);
  f.clock.advance(150 * day);
  f.store->tend();
  CHECK(f.count("history_2024_04") == 1);
}

TEST_CASE("months that are over are dropped, rows that are over are deleted") {
  housekeeping_fixture f;
  const auto now = f.clock.now().wall;
  f.append(now);
  f.append(now, now + 1'000);
  f.append(now + 31 * day, now + 300 * day);
  f.append(now - 500 * day);
  f.store->tend();
  // Of the oldest one only history_rest knows, which is cleaned row by row.
  CHECK(f.count("history") == 3);
  f.clock.advance(2'000);
  f.store->tend();
  CHECK(f.count("history") == 2);
  f.clock.advance(200 * day);
  f.store->tend();
  CHECK(f.count("pg_class where relname = 'history_2023_11'") == 0);
  // A row that lives longer by its own expiry keeps its month.
  CHECK(f.count("history_2023_12") == 1);
  f.clock.advance(200 * day);
  f.store->tend();
  CHECK(f.count("history") == 0);
}

TEST_CASE("the history of an erased device goes afterwards, and never comes back") {
  housekeeping_fixture f;
  for (int i = 0; i < 5; ++i) {
    f.append(f.clock.now().wall + i);
  }
  auto removal = write_of(f.device);
  const auto rows = f.store->read_device(f.device).value();
  removal.mutations.push_back(erase_device{rows->info, rows->access, {}});
  const auto seen = [&] {
    int count = 0;
    REQUIRE(f.store->scan_history({f.device, 0, 4'000'000'000'000, true}, 0, [&](const auto&) {
      ++count;
      return scan_step::go_on;
    }));
    return count;
  };
  CHECK(seen() == 5);
  REQUIRE(outcome(*f.store, removal) == kind::durable);
  CHECK(seen() == 0);
  CHECK(f.count("history") == 5);

  SECTION("by housekeeping") {
    f.store->tend();
    CHECK(f.count("history") == 0);
    CHECK(f.count("erased_device") == 0);
  }
  SECTION("or by the device's return") {
    REQUIRE(outcome(*f.store, creation(f.device, "again")) == kind::durable);
    CHECK(seen() == 0);
    CHECK(f.count("history") == 0);
    f.append(f.clock.now().wall);
    f.store->tend();
    CHECK(seen() == 1);
  }
}

TEST_CASE("changes are told once they are committed") {
  housekeeping_fixture f;
  auto at = f.store->read_changes(0).value();
  CHECK(at.notes.empty());
  CHECK(at.next > 0);
  device_profile profile;
  profile.id = {device_of(7).value};
  profile.name = "p";
  write made;
  made.mutations = {put_profile{std::nullopt, profile}};
  REQUIRE(outcome(*f.store, made) == kind::durable);
  rule_chain chain;
  chain.id = {device_of(9).value};
  made.mutations = {put_profile{profile, profile},
                    put_revocation{device_of(8).value, 1, f.clock.now().wall + day},
                    put_rule_chain{std::nullopt, chain}};
  REQUIRE(outcome(*f.store, made) == kind::durable);
  const auto news = f.store->read_changes(at.next).value();
  const std::vector<change_note> expected{{change_note::kind::profile, profile.id.value},
                                          {change_note::kind::revocation, device_of(8).value},
                                          {change_note::kind::rule_chain, chain.id.value}};
  CHECK(news.notes == expected);
  CHECK(f.store->read_changes(news.next).value().notes.empty());
}

TEST_CASE("many nodes that start at once make one schema") {
  manual_clock clock;
  auto session = session_with(single_server());
  REQUIRE(session.run_script("drop schema public cascade; create schema public"));
  std::vector<std::thread> nodes;
  std::atomic<int> opened{0};
  for (int i = 0; i < 4; ++i) {
    nodes.emplace_back([&] {
      opened += postgres_store::open(options_of(single_server()), clock).has_value() ? 1 : 0;
    });
  }
  for (auto& node : nodes) {
    node.join();
  }
  CHECK(opened == 4);
}

} // namespace muster::test
