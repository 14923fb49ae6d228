#include "tests/catch.hpp"
#include "tests/persistence/postgres/database.hpp"
#include "tests/persistence/postgres/writes.hpp"
#include "tests/persistence/support/manual_clock.hpp"

#include <atomic>
#include <random>
#include <thread>

namespace muster::test {

using namespace persistence;
using kind = write_outcome::kind;

namespace {

struct fence_fixture {
  manual_clock clock;
  postgres_rig& rig;

  explicit fence_fixture(postgres_rig& on = single_server()) : rig(on) {
    empty_database(rig, clock);
  }

  std::unique_ptr<postgres_store> open() { return open_owner(options_of(rig), clock); }
  /// As ownership does it.
  void take_over(postgres_store& by, shard_id shard) {
    auto session = session_with(rig);
    const auto row = session
                         .run("update shard_owner set epoch = epoch + 1 where shard = $1 "
                              "returning epoch, seq",
                              postgres::parameters().number(static_cast<int>(shard)))
                         .value();
    by.own(shard, static_cast<shard_epoch>(row.number(0, 0)),
           static_cast<std::uint64_t>(row.number(0, 1)));
  }
  std::int64_t count(const std::string& what) {
    return session_with(rig).run("select count(*) from " + what).value().number(0, 0);
  }
};

} // namespace

TEST_CASE("a shard that another node has taken takes no writes, the others of the batch do") {
  fence_fixture f;
  auto first = f.open();
  auto second = f.open();
  const auto here = device_in(shard_id{1});
  const auto there = device_in(shard_id{2});
  REQUIRE(outcome(*first, creation(here, "here")) == kind::durable);
  REQUIRE(outcome(*first, creation(there, "there")) == kind::durable);
  f.take_over(*second, shard_id{1});

  const std::vector<write> batch{message(here, 1), message(there, 1)};
  const auto outcomes = first->commit(batch);
  CHECK(outcomes[0].what == kind::stale_epoch);
  CHECK(outcomes[1].what == kind::durable);
  CHECK(f.count("history") == 1);
  CHECK_FALSE(first->read_device(here).has_value());
  // The store knows by now and asks nobody.
  CHECK(outcome(*first, message(here, 2)) == kind::stale_epoch);
  CHECK(outcome(*second, with_epoch(message(here, 3), shard_epoch{2})) == kind::durable);
  CHECK(outcome(*second, message(here, 4)) == kind::stale_epoch);
  CHECK(second->read_device(here).value()->journal.size() == 1);
  CHECK(first->view_device(here).value()->journal.size() == 1);
}

TEST_CASE("of devices that are read together each has its own rows, or its own refusal") {
  fence_fixture f;
  auto first = f.open();
  auto second = f.open();
  std::vector<device_id> all;
  std::uint64_t arrival = 0;
  for (std::uint16_t i = 0; i < 6; ++i) {
    all.push_back(device_in(shard_id{i}));
    REQUIRE(outcome(*first, creation(all[i], std::to_string(i))) == kind::durable);
    for (std::uint16_t k = 0; k < i; ++k) {
      REQUIRE(outcome(*first, message(all[i], ++arrival)) == kind::durable);
    }
  }
  all.push_back(device_in(shard_id{7}));
  f.take_over(*second, shard_id{3});
  first->disown(shard_id{4});
  std::ranges::reverse(all);
  const auto found = first->read_devices(all);
  REQUIRE(found.size() == 7);
  CHECK_FALSE(found[0].value().has_value());
  for (const std::size_t i : {0, 1, 2, 5}) {
    const auto& rows = found[6 - i].value();
    REQUIRE(rows.has_value());
    CHECK(rows->info.id == all[6 - i]);
    CHECK(rows->journal.size() == i);
  }
  CHECK_FALSE(found[6 - 3].has_value());
  CHECK_FALSE(found[6 - 4].has_value());
}

TEST_CASE("a read is refused when the shard was taken or has moved on") {
  fence_fixture f;
  auto first = f.open();
  auto second = f.open();
  const auto device = device_in(shard_id{3});
  REQUIRE(outcome(*first, creation(device, "one")) == kind::durable);
  f.take_over(*second, shard_id{3});
  CHECK_FALSE(first->read_device(device).has_value());
  CHECK(second->read_device(device).value().has_value());
  second->disown(shard_id{3});
  CHECK_FALSE(second->read_device(device).has_value());
  // As after a failover that lost a commit.
  first->own(shard_id{3}, shard_epoch{2}, 1'000);
  CHECK_FALSE(first->read_device(device).has_value());
}

TEST_CASE("a new device needs no shard, but is refused when it is there") {
  fence_fixture f;
  auto first = f.open();
  const auto device = device_in(shard_id{4});
  first->disown(shard_id{4});
  CHECK(outcome(*first, with_epoch(creation(device, "new"), new_device_epoch)) == kind::durable);
  auto again = with_epoch(creation(device, "newer"), new_device_epoch);
  const auto refused = first->commit(std::span(&again, 1)).front();
  CHECK(refused.what == kind::refused);
  CHECK(refused.why.code == error_code::already_exists);
  CHECK(f.count("device") == 1);
}

TEST_CASE("of two nodes that race for a name or a token one gets it") {
  fence_fixture f;
  constexpr int rounds = 150;
  std::atomic<int> won{0};
  std::atomic<int> refused{0};
  const auto race = [&](int node) {
    auto one = f.open();
    for (int round = 0; round < rounds; ++round) {
      auto made = creation(device_of(static_cast<std::uint32_t>(2 * round + node)),
                           "name " + std::to_string(round));
      made.epoch = new_device_epoch;
      const auto got = one->commit(std::span(&made, 1)).front();
      won += got.what == kind::durable ? 1 : 0;
      refused += got.what == kind::refused ? 1 : 0;
    }
  };
  std::thread other([&] { race(0); });
  race(1);
  other.join();
  CHECK(won == rounds);
  CHECK(refused == rounds);
  CHECK(f.count("device") == rounds);
}

TEST_CASE("of nodes that race for a setting or an identifier one gets it") {
  fence_fixture f;
  constexpr int rounds = 60;
  std::array<std::atomic<int>, 2> won{};
  const auto race = [&](int node) {
    auto one = f.open();
    for (int round = 0; round < rounds; ++round) {
      write setting;
      const std::string name = "key " + std::to_string(round);
      setting.mutations = {put_setting{name, std::to_string(node)}};
      setting.preconditions = {{setting_free{name}, {}}};
      won[0] += outcome(*one, setting) == kind::durable ? 1 : 0;
      // Its name differs, so that only the identifier is contested.
      auto made =
          creation(device_of(static_cast<std::uint32_t>(round)), name + std::to_string(node));
      made.epoch = new_device_epoch;
      won[1] += outcome(*one, made) == kind::durable ? 1 : 0;
    }
  };
  std::thread other([&] { race(0); });
  race(1);
  other.join();
  CHECK(won[0] == rounds);
  CHECK(won[1] == rounds);
}

TEST_CASE("a profile is not deleted while another node refers to it") {
  fence_fixture f;
  constexpr int rounds = 80;
  auto creator = f.open();
  auto remover = f.open();
  for (int round = 0; round < rounds; ++round) {
    device_profile profile;
    profile.id = {device_of(static_cast<std::uint32_t>(10'000 + round)).value};
    profile.name = "profile " + std::to_string(round);
    write made;
    made.mutations.push_back(put_profile{std::nullopt, profile});
    REQUIRE(outcome(*creator, made) == kind::durable);

    auto device = creation(device_of(static_cast<std::uint32_t>(round)), std::to_string(round));
    std::get<put_device>(device.mutations[0]).now.profile = profile.id;
    device.preconditions.push_back({profile_is{profile.id, 0}, {}});
    write removal;
    removal.mutations.push_back(erase_profile{profile});
    removal.preconditions.push_back({profile_unused{profile.tenant, profile.id}, {}});
    kind removed{};
    std::thread other([&] { removed = outcome(*remover, removal); });
    const kind created = outcome(*creator, device);
    other.join();
    CHECK((created == kind::durable) != (removed == kind::durable));
  }
  CHECK(f.count("device d left join profile p on p.id = d.profile where p.id is null") == 0);
}

TEST_CASE("names may be swapped, freed and taken within a batch") {
  fence_fixture f;
  auto one = f.open();
  const auto a = device_of(1);
  const auto b = device_of(2);
  REQUIRE(outcome(*one, creation(a, "a")) == kind::durable);
  REQUIRE(outcome(*one, creation(b, "b")) == kind::durable);
  const std::vector<write> batch{renaming(a, "a", "c"), renaming(b, "b", "a"),
                                 renaming(a, "c", "b"), renaming(b, "a", "b")};
  const auto outcomes = one->commit(batch);
  CHECK(outcomes[0].what == kind::durable);
  CHECK(outcomes[1].what == kind::durable);
  CHECK(outcomes[2].what == kind::durable);
  CHECK(outcomes[3].what == kind::refused);
  CHECK(one->read_device_info(a).value()->name == "b");
  CHECK(one->read_device_info(b).value()->name == "a");
}

TEST_CASE("a change that the database cannot keep fails alone") {
  fence_fixture f;
  auto one = f.open();
  auto bad = creation(device_of(1), "bad");
  // Longer than an index takes; no caller lets it so far.
  std::string name(1'000'000, 'x');
  std::mt19937 random(1);
  std::ranges::generate(name, [&] { return static_cast<char>('a' + random() % 26); });
  std::get<put_device>(bad.mutations[0]).now.name = name;
  const std::vector<write> batch{creation(device_of(2), "good"), bad,
                                 creation(device_of(3), "also")};
  const auto outcomes = one->commit(batch);
  CHECK(outcomes[0].what == kind::durable);
  CHECK(outcomes[1].what == kind::failed);
  CHECK(outcomes[2].what == kind::durable);
  CHECK(f.count("device") == 2);
}

TEST_CASE("two nodes that take a shard from each other lose and invent nothing") {
  fence_fixture f;
  const auto device = device_in(shard_id{9});
  {
    auto first = f.open();
    REQUIRE(outcome(*first, creation(device, "contested")) == kind::durable);
  }
  std::array<std::atomic<std::uint64_t>, 2> confirmed{};
  std::atomic<std::uint64_t> stale{0};
  std::atomic<std::uint64_t> arrival{0};
  std::atomic<bool> ending{false};
  std::array<std::unique_ptr<postgres_store>, 2> nodes{f.open(), f.open()};
  // Each writer knows only the epoch that it was told, as the registry does.
  std::array<std::atomic<std::uint64_t>, 2> epochs{1, 0};
  const auto serve = [&](std::size_t node) {
    while (!ending) {
      const auto epoch = shard_epoch{epochs[node].load()};
      if (epoch == shard_epoch{0}) {
        std::this_thread::yield();
        continue;
      }
      const auto got = outcome(*nodes[node], with_epoch(message(device, ++arrival), epoch));
      REQUIRE((got == kind::durable || got == kind::stale_epoch));
      confirmed[node] += got == kind::durable ? 1 : 0;
      stale += got == kind::stale_epoch ? 1 : 0;
    }
  };
  std::thread a([&] { serve(0); });
  std::thread b([&] { serve(1); });
  for (std::uint64_t taken = 0; taken < 60; ++taken) {
    const std::size_t node = (taken + 1) % 2;
    f.take_over(*nodes[node], shard_id{9});
    epochs[node] = taken + 2;
    const auto before = confirmed[node].load();
    while (confirmed[node] < before + 3) {
      std::this_thread::yield();
    }
  }
  ending = true;
  a.join();
  b.join();
  CHECK(stale > 0);
  CHECK(f.count("history") == static_cast<std::int64_t>(confirmed[0] + confirmed[1]));
}

TEST_CASE("batches over many shards of two nodes do not deadlock, and what is stale is refused") {
  fence_fixture f;
  std::vector<device_id> all;
  for (std::uint32_t i = 0; i < 40; ++i) {
    all.push_back(device_of(i));
  }
  {
    auto first = f.open();
    for (const auto& device : all) {
      REQUIRE(outcome(*first, creation(device, to_string(device))) == kind::durable);
    }
  }
  const auto before = f.count("history");
  std::array<std::unique_ptr<postgres_store>, 2> nodes{f.open(), f.open()};
  std::atomic<bool> ending{false};
  std::atomic<std::int64_t> confirmed{0};
  std::atomic<std::uint64_t> arrival{0};
  const auto serve = [&](std::size_t node) {
    std::mt19937 random(static_cast<std::uint32_t>(node));
    while (!ending) {
      std::vector<write> batch;
      for (const auto& device : all) {
        if (random() % 2 == 0) {
          auto one = message(device, ++arrival);
          one.epoch = shard_epoch{1};
          batch.push_back(one);
        }
      }
      std::ranges::shuffle(batch, random);
      for (const auto& got : nodes[node]->commit(batch)) {
        REQUIRE((got.what == kind::durable || got.what == kind::stale_epoch));
        confirmed += got.what == kind::durable ? 1 : 0;
      }
    }
  };
  // Both believe in epoch 1: whoever commits first makes the other one stale.
  std::thread a([&] { serve(0); });
  std::thread b([&] { serve(1); });
  for (int round = 0; round < 200; ++round) {
    auto session = session_with(f.rig);
    const auto rows = session.run("select shard, seq from shard_owner").value();
    std::mt19937 random(static_cast<std::uint32_t>(round));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      nodes[random() % 2]->own(static_cast<shard_id>(rows.number(i, 0)), shard_epoch{1},
                               static_cast<std::uint64_t>(rows.number(i, 1)));
    }
  }
  ending = true;
  a.join();
  b.join();
  CHECK(f.count("history") - before == confirmed);
  CHECK(session_with(f.rig)
            .run("select deadlocks from pg_stat_database where datname = current_database()")
            .value()
            .number(0, 0) == 0);
}

} // namespace muster::test
