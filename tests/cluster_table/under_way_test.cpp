#include "tests/catch.hpp"
#include "tests/cluster_table/tables.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace muster::test {

using namespace persistence;
using postgres::parameters;

namespace {

/// A take-over by n1 whose answer was lost and whose transaction is still under way.
class lost_take {
public:
  explicit lost_take(const node_ref& by) : session_(session_with(single_server())) {
    session_.queue("begin");
    session_.queue("update shard_owner set epoch = epoch + 1, owner = $1 where shard = 3",
                   parameters().text(to_text(by)));
    session_.flush().value();
  }
  void end(const char* how) { session_.run(how).value(); }

private:
  postgres::connection session_;
};

void wait_until_locked() {
  auto session = session_with(single_server());
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (session
             .run("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
                  "application_name = 'muster membership'")
             .value()
             .number(0, 0) == 0) {
    REQUIRE(std::chrono::steady_clock::now() < end);
  }
}

} // namespace

TEST_CASE("a confirmation waits for a take-over that is under way") {
  sql_tables tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  for (const bool commits : {true, false}) {
    const auto before = row_of(*table, shard_id{3});
    lost_take take(self);
    result<std::vector<owned_shard>> own = fail(error_code::internal, "not asked");
    std::thread asks([&] { own = table->confirm(self, std::vector{shard_id{3}}); });
    wait_until_locked();
    take.end(commits ? "commit" : "rollback");
    asks.join();
    REQUIRE(own.has_value());
    CHECK(own->size() == 1);
    CHECK((own->front().epoch != before.epoch) == commits);
  }
}

TEST_CASE("a confirmation that waits too long says nothing, and the session goes on") {
  sql_tables tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  lost_take take(self);
  const auto own = table->confirm(self, std::vector{shard_id{3}});
  REQUIRE_FALSE(own.has_value());
  CHECK(own.error().code == error_code::storage_unavailable);
  CHECK(table->renew(self).value());
  take.end("rollback");
  CHECK(table->confirm(self, std::vector{shard_id{3}}).value().empty());
}

TEST_CASE("a table whose session was killed fails once and goes on with another one") {
  sql_tables tables;
  const auto table = tables.open();
  const auto self = join(*table, "n1");
  auto session = session_with(single_server());
  const auto killed = session
                          .run("select count(pg_terminate_backend(pid)) from pg_stat_activity "
                               "where application_name = 'muster membership'")
                          .value();
  REQUIRE(killed.number(0, 0) == 1);
  // Perhaps the end of the session is heard before.
  const auto renewed = table->renew(self);
  CHECK((renewed.has_value() || renewed.error().code == error_code::storage_unavailable));
  CHECK(table->renew(self).value());
}

} // namespace muster::test
