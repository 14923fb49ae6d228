#include "tests/catch.hpp"
#include "tests/cluster_table/tables.hpp"

#include <chrono>
#include <functional>
#include <thread>

namespace muster::test {

using namespace persistence;

namespace {

/// Bounds how long a broken test hangs; nothing waits for it to pass.
constexpr milliseconds long_enough = 60'000;

double seconds_of_wait(cluster_table& table) {
  const auto start = std::chrono::steady_clock::now();
  table.wait(long_enough);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Takes what has been told so far.
void hear_all(cluster_table& table) {
  while (table.wait(20)) {
  }
}

} // namespace

TEMPLATE_TEST_CASE("a wait ends when another node changes something", "", memory_tables,
                   sql_tables) {
  TestType tables;
  const auto waiting = tables.open();
  const auto changing = tables.open();
  join(*waiting, "n1");
  const auto other = join(*changing, "n2");
  const auto is_heard = [&](const std::function<void()>& change) {
    hear_all(*waiting);
    bool told = false;
    std::thread waits([&] {
      // A wait may end for nothing.
      while (!(told = waiting->wait(long_enough))) {
      }
    });
    change();
    waits.join();
    return told;
  };
  std::vector<owned_shard> own;
  CHECK(is_heard([&] { join(*changing, "n3"); }));
  CHECK(is_heard([&] { changing->plan(changing->read().value().version, {}).value(); }));
  CHECK(is_heard([&] {
    const auto seen = changing->read().value().version;
    changing->vote(seen, {"n3", 1}, other, true).value();
  }));
  CHECK(is_heard([&] { own = changing->take(other, claims_of(*changing, 2)).value(); }));
  CHECK(is_heard([&] { must(changing->release(other, own)); }));
  CHECK(is_heard([&] { changing->leave(other).value(); }));
  CHECK(is_heard([&] { must(changing->depart(other)); }));
}

TEMPLATE_TEST_CASE("a wait ends when it is woken, before or meanwhile", "", memory_tables,
                   sql_tables) {
  TestType tables;
  const auto table = tables.open();
  join(*table, "n1");
  hear_all(*table);
  table->wake();
  CHECK(seconds_of_wait(*table) < 30);
  std::thread wakes([&] { table->wake(); });
  CHECK(seconds_of_wait(*table) < 30);
  wakes.join();
}

} // namespace muster::test
