#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/support/manual_clock.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

#include <filesystem>

namespace muster::test {

using namespace persistence;
using rocks::family;

namespace {

struct fixture {
  temporary_folder folder;
  manual_clock clock;
  rocksdb_options options;
  rocksdb_hooks hooks;

  fixture() {
    options.path = folder.path();
    options.min_free = 0;
    hooks.keeper_thread = false;
  }

  result<std::unique_ptr<rocks::rocksdb_store>> open() {
    return rocks::rocksdb_store::open(options, hooks, clock);
  }
  /// The database below the store, while the store is closed.
  std::shared_ptr<rocks::database> open_database() {
    return rocks::database::open(options.path + "/store", rocks::tune(options, hooks, clock))
        .value();
  }
  void put_format(const format_row& row) {
    std::string bytes;
    encode(row, bytes);
    const auto database = open_database();
    const auto key = keys::of_directory(keys::directory_kind::format);
    REQUIRE(database->db()
                .Put({}, database->of(family::directory), rocks::slice(key), rocks::slice(bytes))
                .ok());
  }
  /// Rows that are left of a family after a compaction.
  std::size_t rows_after_compaction(family which) {
    const auto database = open_database();
    auto* handle = database->of(which);
    rocksdb::CompactRangeOptions all;
    all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    REQUIRE(database->db().CompactRange(all, handle, nullptr, nullptr).ok());
    rocksdb::ReadOptions everything;
    everything.total_order_seek = true;
    const std::unique_ptr<rocksdb::Iterator> rows(database->db().NewIterator(everything, handle));
    std::size_t count = 0;
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      ++count;
    }
    return count;
  }
};

device_id some_device() {
  return device_id{uuid{{1, 2, 3}}};
}

write write_of(std::vector<mutation> rows) {
  return {some_device(), shard_of(some_device()), first_epoch, std::move(rows), {}};
}

void commit(store& to, const write& what) {
  REQUIRE(to.commit({&what, 1}).at(0).what == write_outcome::kind::durable);
}

} // namespace

TEST_CASE("a folder that the store makes is its owner's alone, another stays as it is") {
  namespace files = std::filesystem;
  fixture f;
  files::permissions(f.options.path, files::perms{0750});
  REQUIRE(f.open());
  CHECK(files::status(f.options.path).permissions() == files::perms{0750});
  f.options.path += "/deeper/data";
  REQUIRE(f.open());
  CHECK(files::status(f.options.path).permissions() == files::perms::owner_all);
}

TEST_CASE("a folder in use is refused with a clear message") {
  fixture f;
  auto first = f.open();
  REQUIRE(first);
  const auto second = f.open();
  REQUIRE_FALSE(second);
  CHECK(second.error().message ==
        "the data folder " + f.folder.path() + " is in use by another process");
  first->reset();
  CHECK(f.open());
}

TEST_CASE("a folder that cannot be made is refused with a clear message") {
  fixture f;
  f.options.path = "/proc/muster";
  const auto opened = f.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message.find("/proc/muster cannot be made") != std::string::npos);
}

TEST_CASE("formats that this program cannot read are refused") {
  fixture f;
  REQUIRE(f.open());
  SECTION("a newer one") {
    f.put_format({7, 5, shard_count});
    const auto opened = f.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message == "the data was written by a newer version of the program "
                                    "(format 7); this one reads formats up to 3");
  }
  SECTION("a newer one that old programs may read is fine") {
    f.put_format({7, 1, shard_count});
    CHECK(f.open());
  }
  SECTION("another number of shards") {
    f.put_format({1, 1, 16});
    const auto opened = f.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message == "the data is spread over 16 shards; this program uses 256");
  }
  SECTION("column families of the future") {
    {
      const auto database = f.open_database();
      rocksdb::ColumnFamilyHandle* handle = nullptr;
      REQUIRE(database->db().CreateColumnFamily({}, "future", &handle).ok());
      database->db().DestroyColumnFamilyHandle(handle);
    }
    const auto opened = f.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message.find("newer version") != std::string::npos);
  }
}

TEST_CASE("compactions drop history that is over") {
  fixture f;
  f.options.retention_seconds = 60;
  const timestamp now = f.clock.now().wall;
  commit(*f.open().value(), write_of({append_history{now, 1, {{"retention", 1.0}}, 0},
                                      append_history{now, 2, {{"short", 1.0}}, now + 1'000},
                                      append_history{now, 3, {{"long", 1.0}}, now + 100'000}}));
  CHECK(f.rows_after_compaction(family::timeseries) == 3);
  f.clock.advance(1'001);
  CHECK(f.rows_after_compaction(family::timeseries) == 2);
  f.clock.advance(59'000);
  CHECK(f.rows_after_compaction(family::timeseries) == 1);
  f.clock.advance(60'000);
  CHECK(f.rows_after_compaction(family::timeseries) == 0);
}

TEST_CASE("a page of RPCs holds no more than 32 MiB, but always one") {
  fixture f;
  const auto rows = f.open().value();
  for (std::uint8_t i = 1; i <= 3; ++i) {
    put_rpc large;
    large.open = false;
    large.record.request.persistent = true;
    large.record.id = rpc_id{uuid{{i}}};
    large.record.request.params.text.assign(std::size_t{15} << 20, 'x');
    commit(*rows, write_of({large}));
  }
  page_link link;
  link.size = 2;
  const auto two = rows->list_rpcs(some_device(), std::nullopt, link);
  REQUIRE(two);
  CHECK(two->data.size() == 2);
  CHECK(two->has_next);
  link.size = 3;
  const auto three = rows->list_rpcs(some_device(), std::nullopt, link);
  REQUIRE_FALSE(three);
  CHECK(three.error().code == error_code::invalid);
  link.page = 9;
  CHECK(rows->list_rpcs(some_device(), std::nullopt, link).value().total == 3);
}

TEST_CASE("compactions drop done RPCs after their retention, and their index") {
  fixture f;
  f.options.rpc_retention_seconds = 60;
  put_rpc open;
  open.record.id = rpc_id{uuid{{1}}};
  put_rpc done;
  done.open = false;
  done.record.id = rpc_id{uuid{{2}}};
  commit(*f.open().value(), write_of({open, done}));
  CHECK(f.rows_after_compaction(family::devices) == 2);
  // Two places and the format.
  CHECK(f.rows_after_compaction(family::directory) == 3);
  f.clock.advance(60'001);
  CHECK(f.rows_after_compaction(family::devices) == 1);
  CHECK(f.rows_after_compaction(family::directory) == 2);
}

TEST_CASE("compactions drop revocations that concern no token any more") {
  fixture f;
  write change;
  change.mutations = {put_revocation{uuid{{1}}, 0, f.clock.now().wall + 1},
                      put_revocation{uuid{{2}}, 0, f.clock.now().wall + 1'000}};
  commit(*f.open().value(), change);
  f.clock.advance(2);
  CHECK(f.rows_after_compaction(family::directory) == 2);
}

TEST_CASE("compactions drop audit entries after their retention") {
  fixture f;
  f.options.audit_retention_seconds = 60;
  put_audit kept;
  kept.entry.id = uuid{{1}};
  kept.entry.created = f.clock.now().wall;
  kept.entry.tenant = tenant_id{uuid{{5}}};
  put_audit old = kept;
  old.entry.id = uuid{{2}};
  old.entry.created -= 1;
  write change;
  change.mutations = {kept, old};
  commit(*f.open().value(), change);
  f.clock.advance(60'000);
  CHECK(f.rows_after_compaction(family::directory) == 2);
}

TEST_CASE("compactions drop events of rule nodes after their retention") {
  fixture f;
  f.options.rule_event_retention_seconds = 60;
  put_rule_event kept;
  kept.event.id = uuid{{1}};
  kept.event.created = f.clock.now().wall;
  put_rule_event old = kept;
  old.event.id = uuid{{2}};
  old.event.created -= 1;
  write change;
  change.mutations = {kept, old};
  commit(*f.open().value(), change);
  f.clock.advance(60'000);
  CHECK(f.rows_after_compaction(family::directory) == 2);
}

TEST_CASE("an erased device leaves no row") {
  fixture f;
  device_info info;
  info.id = some_device();
  info.tenant = tenant_id{uuid{{5}}};
  info.name = "n";
  info.customer = customer_id{uuid{{9}}};
  credentials access;
  access.device = some_device();
  access.credentials_id = "token";
  put_rpc rpc;
  rpc.record.id = rpc_id{uuid{{1}}};
  {
    auto rows = f.open().value();
    commit(*rows, write_of({put_device{std::nullopt, info}, put_credentials{std::nullopt, access},
                            append_history{1, 1, {{"k", true}}, 0}, rpc,
                            put_due{due_kind::rpc, 5, std::nullopt},
                            put_due{due_kind::outbox, 6, std::nullopt}, put_outbox{{1, "x"}}}));
    const auto stored = rows->read_device(info.id).value().value();
    CHECK((stored.outbox == std::vector{outbox_row{1, "x"}}));
    commit(*rows,
           write_of({erase_device{info, access, {{due_kind::rpc, 5}, {due_kind::outbox, 6}}}}));
  }
  CHECK(f.rows_after_compaction(family::devices) == 0);
  CHECK(f.rows_after_compaction(family::timeseries) == 0);
  CHECK(f.rows_after_compaction(family::due) == 0);
  // The format; counts of nothing are no rows.
  CHECK(f.rows_after_compaction(family::directory) == 1);
}

TEST_CASE("a kept cursor sees what was written, erased and flushed after its last use") {
  fixture f;
  const auto rows = f.open().value();
  device_info info;
  info.id = some_device();
  info.tenant = tenant_id{uuid{{5}}};
  info.name = "n";
  credentials access;
  access.device = some_device();
  access.credentials_id = "token";
  for (std::uint64_t round = 1; round <= 6; ++round) {
    // Rounds 1 and 2 with the cursor as it is, 3 with a new one, 4 on with full write buffers.
    CHECK_FALSE(rows->read_device(some_device()).value());
    commit(*rows, write_of({put_device{std::nullopt, info}, put_credentials{std::nullopt, access},
                            append_history{1, round, {{"k", true}}, 0}}));
    CHECK(rows->read_device(some_device()).value()->journal.at(0).arrival == round);
    for (std::uint64_t more = 1; round >= 4 && more <= 40; ++more) {
      commit(*rows, write_of({append_history{
                        2, round + more, {{"k", std::string(std::size_t{1} << 18, 'x')}}, 0}}));
    }
    const auto newest = round >= 4 ? round + 40 : round;
    CHECK(rows->read_device(some_device()).value()->journal.back().arrival == newest);
    commit(*rows, write_of({erase_device{info, access, {}}}));
    if (round == 2) {
      rows->tend();
    }
  }
  CHECK_FALSE(rows->read_device(some_device()).value());
}

TEST_CASE("a row of a newer version is an error, not a device without it") {
  fixture f;
  REQUIRE(f.open());
  {
    const auto database = f.open_database();
    const auto key = keys::of_device_row(keys::of_device(some_device()), keys::device_kind::latest);
    REQUIRE(database->db()
                .Put({}, database->of(family::devices), rocks::slice(keys::view(key)), "\x7f\x7f")
                .ok());
  }
  const auto rows = f.open().value();
  const auto read = rows->read_device(some_device());
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "a stored row (latest values) is of a newer format");
}

TEST_CASE("RocksDB keeps no log of its own on the disk") {
  fixture f;
  const auto rows = f.open().value();
  CHECK_FALSE(std::filesystem::exists(f.folder.path() + "/store/LOG"));
}

} // namespace muster::test
