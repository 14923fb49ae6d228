#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/fault/storage/ledger.hpp"
#include "tests/fault/storage/lossy_files.hpp"
#include "tests/persistence/support/manual_clock.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

namespace muster::test {

using namespace persistence;

namespace {

struct fixture {
  temporary_folder folder;
  manual_clock clock;
  std::shared_ptr<lossy_files> disk = std::make_shared<lossy_files>(1);
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
  std::uint64_t free_bytes = 1'000;
  std::unique_ptr<rocks::rocksdb_store> rows;
  ledger book{1, 100};

  fixture() {
    rocksdb_options options;
    options.path = folder.path();
    options.min_free = 500;
    rocksdb_hooks hooks;
    hooks.env = env.get();
    hooks.keeper_thread = false;
    hooks.free_bytes = [this](const std::string&) { return free_bytes; };
    rows = rocks::rocksdb_store::open(options, hooks, clock).value();
  }

  write_outcome::kind commit() {
    const auto outcome = rows->commit(book.next())[0];
    if (outcome.what == write_outcome::kind::durable) {
      book.acknowledged();
    } else {
      CHECK(outcome.why.code == error_code::storage_unavailable);
    }
    return outcome.what;
  }
};

} // namespace

TEST_CASE("writes stop before the disk is full and go on by themselves") {
  fixture f;
  CHECK(f.commit() == write_outcome::kind::durable);
  CHECK(f.rows->health().trouble.empty());
  CHECK(f.rows->health().free_bytes == 1'000);
  f.free_bytes = 499;
  f.clock.advance(100);
  CHECK(f.commit() == write_outcome::kind::failed);
  CHECK(f.rows->health().trouble == "the disk is nearly full");
  // Reads go on.
  CHECK(f.book.missing_in(*f.rows).empty());
  f.free_bytes = 500;
  CHECK(f.commit() == write_outcome::kind::durable);
  CHECK(f.rows->health().trouble.empty());
  CHECK(f.rows->health().reopenings == 0);
  CHECK(f.book.missing_in(*f.rows).empty());
}

TEST_CASE("after a failed write the store is opened again in place") {
  fixture f;
  CHECK(f.commit() == write_outcome::kind::durable);
  f.disk->fail_writes(true);
  CHECK(f.commit() == write_outcome::kind::failed);
  CHECK_FALSE(f.rows->health().trouble.empty());
  // As long as the disk fails, opening it fails too.
  f.rows->tend();
  CHECK(f.commit() == write_outcome::kind::failed);
  CHECK(f.rows->health().reopenings == 0);
  f.disk->fail_writes(false);
  f.rows->tend();
  CHECK(f.rows->health().trouble.empty());
  CHECK(f.rows->health().reopenings == 1);
  CHECK(f.rows->health().bytes_on_disk > 0);
  CHECK(f.commit() == write_outcome::kind::durable);
  CHECK(f.book.missing_in(*f.rows).empty());
}

TEST_CASE("a reader keeps the failed store open until it ends") {
  fixture f;
  for (int i = 0; i < 200; ++i) {
    REQUIRE(f.commit() == write_outcome::kind::durable);
  }
  f.disk->fail_writes(true);
  CHECK(f.commit() == write_outcome::kind::failed);
  f.disk->fail_writes(false);
  device_id device;
  std::size_t seen = 0;
  const auto scanned =
      f.rows->scan_history({device, 0, 1'000'000, true}, 0, [&](const append_history&) {
        if (++seen == 1) {
          f.rows->tend();
        }
        CHECK(f.rows->health().reopenings == 0);
        return scan_step::go_on;
      });
  CHECK(seen > 0);
  // New reads wait for the opening, commits too.
  CHECK_FALSE(f.rows->count_devices());
  CHECK(f.commit() == write_outcome::kind::failed);
  f.rows->tend();
  CHECK(f.rows->health().reopenings == 1);
  CHECK(f.rows->count_devices());
  CHECK(f.commit() == write_outcome::kind::durable);
  CHECK(f.book.missing_in(*f.rows).empty());
}

} // namespace muster::test
