#include "tests/catch.hpp"
#include "tests/persistence/postgres/database.hpp"
#include "tests/persistence/postgres/writes.hpp"
#include "tests/persistence/support/manual_clock.hpp"

#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>

namespace muster::test {

using namespace persistence;
using kind = write_outcome::kind;

namespace {

constexpr const char* ghosts = "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                               "where application_name = 'muster' and pid <> pg_backend_pid()";

struct weather_fixture {
  manual_clock clock;
  postgres_rig& rig = server_pair();
  device_id device = device_in(shard_id{5});
  std::unique_ptr<postgres_store> store;

  weather_fixture() {
    empty_database(rig, clock);
    auto options = options_of(rig);
    options.unsafe_single_copy = false;
    options.answer_timeout = 1'000;
    store = open_owner(options, clock);
    REQUIRE(outcome(*store, creation(device, "device")) == kind::durable);
  }

  std::set<std::uint64_t> arrivals() {
    std::set<std::uint64_t> found;
    auto session = session_with(rig);
    const auto all = session.run("select arrival from history").value();
    for (std::size_t i = 0; i < all.size(); ++i) {
      found.insert(static_cast<std::uint64_t>(all.number(i, 0)));
    }
    return found;
  }
  /// Until commits are taken again.
  void recover() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    do {
      store->tend();
      REQUIRE(std::chrono::steady_clock::now() < end);
    } while (!store->health().trouble.empty() || !store->read_device(device));
  }
};

double seconds_of(const std::function<void()>& what) {
  const auto start = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

TEST_CASE("what was confirmed is there, however often sessions are killed") {
  weather_fixture f;
  std::atomic<bool> ending{false};
  std::atomic<int> kills{0};
  std::atomic<int> good{0};
  std::thread killer([&] {
    auto session = session_with(f.rig);
    std::mt19937 random(11);
    int seen = 0;
    while (!ending) {
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 30'000));
      // However slow the machine is, some commits succeed between two kills.
      if (good >= seen + 5) {
        seen = good;
        kills += static_cast<int>(session.run(ghosts).value().number(0, 0));
      }
    }
  });
  std::set<std::uint64_t> durable;
  std::set<std::uint64_t> failed;
  std::uint64_t arrival = 0;
  for (; kills < 150; ++arrival) {
    // With and without a shard: both kinds of outcome are settled.
    std::vector<write> batch{message(f.device, arrival)};
    if (arrival % 2 == 0) {
      write setting;
      setting.mutations.push_back(put_setting{"arrival", std::to_string(arrival)});
      batch.push_back(setting);
    }
    const auto outcomes = f.store->commit(batch);
    (outcomes[0].what == kind::durable ? durable : failed).insert(arrival);
    good += outcomes[0].what == kind::durable ? 1 : 0;
    CHECK(outcomes.front().what == outcomes.back().what);
    // As the keeper's thread does, when sessions are not opened fast enough.
    if (!f.store->health().trouble.empty()) {
      f.store->tend();
    }
  }
  ending = true;
  killer.join();
  const auto there = f.arrivals();
  CHECK(std::ranges::includes(there, durable));
  // Settling finds most outcomes out.
  CHECK(failed.size() < durable.size() / 2);
}

TEST_CASE("a commit that no standby has is not confirmed") {
  weather_fixture f;
  f.rig.say("freeze standby");
  const auto waited =
      seconds_of([&] { CHECK(outcome(*f.store, message(f.device, 1)) == kind::failed); });
  CHECK(waited < 5);
  CHECK_FALSE(f.store->health().trouble.empty());
  // Whether it will be there is not known, so nothing of the shard is shown.
  CHECK_FALSE(f.store->read_device(f.device).has_value());
  f.rig.say("thaw standby");
  f.recover();
  const auto journal = f.store->read_device(f.device).value()->journal.size();
  CHECK(journal == f.arrivals().size());
  CHECK(outcome(*f.store, message(f.device, 2)) == kind::durable);
  CHECK(f.arrivals().contains(2));
}

TEST_CASE("a commit whose wait for the standby is cancelled is not confirmed either") {
  weather_fixture f;
  f.rig.say("freeze standby");
  kind got{};
  std::thread commit([&] { got = outcome(*f.store, message(f.device, 1)); });
  auto session = session_with(f.rig);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (session
             .run("select count(*) from (select pg_cancel_backend(pid) from pg_stat_activity where "
                  "wait_event = 'SyncRep') c")
             .value()
             .number(0, 0) == 0) {
    REQUIRE(std::chrono::steady_clock::now() < end);
  }
  commit.join();
  CHECK(got == kind::failed);
  f.rig.say("thaw standby");
  f.recover();
  CHECK(f.store->read_device(f.device).value()->journal.size() == f.arrivals().size());
}

TEST_CASE("nothing is confirmed once commits wait for no standby any more") {
  weather_fixture f;
  f.rig.say("query alter system set synchronous_standby_names = ''");
  f.rig.say("query select pg_reload_conf()");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::uint64_t arrival = 0;
  while (outcome(*f.store, message(f.device, ++arrival)) == kind::durable) {
    REQUIRE(std::chrono::steady_clock::now() < end);
  }
  CHECK(f.store->health().trouble.find("synchronous_standby_names") != std::string::npos);
  f.store->tend();
  CHECK(outcome(*f.store, message(f.device, ++arrival)) == kind::failed);
  f.rig.say("query alter system reset synchronous_standby_names");
  f.rig.say("query select pg_reload_conf()");
  f.recover();
  CHECK(outcome(*f.store, message(f.device, ++arrival)) == kind::durable);
  CHECK(f.store->read_device(f.device).value()->journal.size() == f.arrivals().size());
}

TEST_CASE("the store goes on with the standby that was promoted, and has all that was confirmed") {
  weather_fixture f;
  std::set<std::uint64_t> durable;
  for (std::uint64_t arrival = 1; arrival <= 20; ++arrival) {
    if (outcome(*f.store, message(f.device, arrival)) == kind::durable) {
      durable.insert(arrival);
    }
  }
  CHECK(durable.size() == 20);
  f.rig.say("kill primary");
  const auto away =
      seconds_of([&] { CHECK(outcome(*f.store, message(f.device, 21)) == kind::failed); });
  CHECK(away < 5);
  CHECK_FALSE(f.store->health().trouble.empty());
  CHECK(seconds_of([&] { outcome(*f.store, message(f.device, 22)); }) < 3);
  CHECK_FALSE(f.store->find_token("token of device").has_value());
  f.rig.say("promote");
  f.rig.say("rejoin");
  f.recover();
  CHECK(f.store->find_token("token of device").value().has_value());
  CHECK(outcome(*f.store, message(f.device, 23)) == kind::durable);
  durable.insert(23);
  CHECK(std::ranges::includes(f.arrivals(), durable));
  CHECK(f.store->read_device(f.device).value()->journal.size() == f.arrivals().size());
}

TEST_CASE("a frozen primary fails commits and reads in bounded time") {
  weather_fixture f;
  f.rig.say("freeze primary");
  CHECK(seconds_of([&] { CHECK(outcome(*f.store, message(f.device, 1)) == kind::failed); }) < 3);
  CHECK(seconds_of([&] { CHECK(outcome(*f.store, message(f.device, 1)) == kind::failed); }) < 1);
  CHECK(seconds_of([&] { CHECK_FALSE(f.store->read_device_info(f.device).has_value()); }) < 3);
  // The others need not find out as well.
  CHECK(seconds_of([&] {
          for (int i = 0; i < 100; ++i) {
            CHECK_FALSE(f.store->read_device_info(f.device).has_value());
          }
        }) < 1);
  f.rig.say("thaw primary");
  f.recover();
  CHECK(outcome(*f.store, message(f.device, 2)) == kind::durable);
  // The first one may have come through as well: then it is shown.
  CHECK(f.store->read_device(f.device).value()->journal.size() == f.arrivals().size());
}

TEST_CASE(
    "reads of many threads fail at once while the primary is frozen, and go on by themselves") {
  weather_fixture f;
  auto options = options_of(f.rig);
  options.answer_timeout = 1'000;
  options.keeper_thread = true;
  f.store = open_owner(options, f.clock);
  const auto reads = [&] { return f.store->find_token("token of device").has_value(); };
  CHECK(reads());
  f.rig.say("freeze primary");
  std::vector<std::thread> readers;
  std::atomic<int> failed{0};
  CHECK(seconds_of([&] {
          for (int i = 0; i < 4; ++i) {
            readers.emplace_back([&] {
              for (int k = 0; k < 50; ++k) {
                failed += reads() ? 0 : 1;
              }
            });
          }
          for (auto& one : readers) {
            one.join();
          }
        }) < 5);
  CHECK(failed == 200);
  f.rig.say("thaw primary");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!reads()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
  }
}

TEST_CASE("a database that keeps one copy is refused unless that will do") {
  manual_clock clock;
  auto options = options_of(single_server());
  CHECK(postgres_store::open(options, clock).has_value());
  options.unsafe_single_copy = false;
  const auto refused = postgres_store::open(options, clock);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("synchronous_standby_names") != std::string::npos);
}

TEST_CASE("a schema of the first version is brought to the present one") {
  manual_clock clock;
  empty_database(single_server(), clock);
  device_profile profile;
  profile.name = "default";
  profile.default_rule_chain = rule_chain_id{uuid{{1}}};
  write one{{}, {}, first_epoch, {put_profile{std::nullopt, profile}}, {}};
  {
    const auto rows = open_owner(options_of(single_server()), clock);
    REQUIRE(rows->commit({&one, 1}).front().what == write_outcome::kind::durable);
  }
  REQUIRE(
      session_with(single_server())
          .run_script("drop table rule_chain; drop index profile_default_rule_chain_idx; "
                      "drop table relation; drop table entity_attribute; drop table rule_event; "
                      "drop table outbox; drop table alarm_comment; drop table alarm; "
                      "alter table device drop column calculated_fields; "
                      "alter table counters drop column progress; "
                      "alter table profile drop column calculated_fields; "
                      "update muster set schema_version = 1")
          .has_value());
  const auto rows = open_owner(options_of(single_server()), clock);
  profile.default_rule_chain.reset();
  CHECK(rows->read_profile(profile.id).value() == profile);
  rule_chain chain;
  chain.id = rule_chain_id{uuid{{2}}};
  chain.nodes.resize(1);
  one.mutations = {put_rule_chain{std::nullopt, chain}};
  REQUIRE(rows->commit({&one, 1}).front().what == write_outcome::kind::durable);
  CHECK(rows->read_rule_chain(chain.id).value() == chain);
}

TEST_CASE("a database of another version or number of shards is refused") {
  manual_clock clock;
  empty_database(single_server(), clock);
  auto session = session_with(single_server());
  const auto refused = [&](const std::string& change, const std::string& back) {
    session.run(change).value();
    const auto opened = postgres_store::open(options_of(single_server()), clock);
    session.run(back).value();
    return opened.has_value() ? std::string() : opened.error().message;
  };
  CHECK(refused("update muster set schema_version = schema_version + 1",
                "update muster set schema_version = schema_version - 1")
            .find("newer version") != std::string::npos);
  CHECK(refused("update muster set shards = 128", "update muster set shards = 256")
            .find("128 shards") != std::string::npos);
}

} // namespace muster::test
