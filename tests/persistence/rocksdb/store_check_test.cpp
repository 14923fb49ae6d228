#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/inspection/find_device.hpp"
#include "persistence/rocksdb/inspection/row_json.hpp"
#include "persistence/rocksdb/inspection/row_kinds.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/rocksdb/inspected_fleet.hpp"

namespace muster::test {

using namespace persistence;
using keys::device_kind;
using keys::directory_kind;
using rocks::family;

namespace {

std::string device_key(std::uint8_t number, device_kind kind) {
  return std::string(
      keys::view(keys::of_device_row(keys::of_device(inspected_fleet::id_of(number)), kind)));
}

struct corruption {
  const char* name;
  /// Part of what is told of it.
  const char* told;
  inspected_fleet::spoiler how;
};

inspected_fleet::spoiler removing(family which, std::string key) {
  return [=](rocks::database& in, rocksdb::WriteBatch& batch) { batch.Delete(in.of(which), key); };
}

inspected_fleet::spoiler writing(family which, std::string key, std::string row) {
  return
      [=](rocks::database& in, rocksdb::WriteBatch& batch) { batch.Put(in.of(which), key, row); };
}

std::string encoded_number(std::uint64_t number) {
  std::string row;
  encode_number(number, row);
  return row;
}

std::string row_of_id(std::uint8_t id) {
  std::string row;
  encode_id(uuid{{id}}, row);
  return row;
}

std::string moved_device() {
  device_info info;
  info.id = inspected_fleet::id_of(4);
  info.created = 4;
  info.tenant = tenant_id{uuid{{1}}};
  info.profile = profile_id{uuid{{77}}};
  info.name = "Device 4";
  std::string row;
  encode(info, row);
  return row;
}

std::vector<corruption> corruptions() {
  const keys::owner all{uuid{{1}}, {}};
  const auto four = inspected_fleet::id_of(4);
  const auto history = keys::of_history(keys::of_device(four), 5, 1);
  const auto stray = keys::of_history(keys::of_device(inspected_fleet::id_of(9)), 5, 1);
  const auto due = keys::of_due(shard_of(four), 99, four, due_kind::inactivity);
  const auto no_due = keys::of_due(shard_of(four), 98, four, due_kind::inactivity);
  std::string time;
  encode_time(98, time);
  return {
      {"a row cut short", "Device 4",
       writing(family::devices, device_key(4, device_kind::info), {})},
      {"an unreadable row", "latest",
       writing(family::devices, device_key(4, device_kind::latest), "x")},
      {"unreadable history", "history 5",
       writing(family::timeseries, std::string(keys::view(history)), "\x01")},
      {"no credentials", "has no credentials",
       removing(family::devices, device_key(4, device_kind::credentials))},
      {"no info", "has rows, but is not there",
       removing(family::devices, device_key(4, device_kind::info))},
      {"history of nobody", "has history, but is not there",
       writing(family::timeseries, std::string(keys::view(stray)), "\x01\x01")},
      {"a missing token", "lacks token", removing(family::directory, keys::of_token("token 4"))},
      {"a missing name", "lacks listed_by_name",
       removing(family::directory, keys::of_listed_by_name(all, "device 4", four))},
      {"a wrong name", "wrong at device_name",
       writing(family::directory,
               keys::of_directory(directory_kind::device_name, uuid{{1}}, "Device 4"),
               row_of_id(5))},
      {"an address of nobody", "has email",
       writing(family::directory, keys::of_directory(directory_kind::email, "nobody@example.org"),
               row_of_id(2))},
      {"a wrong count", "is 7, but there are 2",
       writing(family::directory, keys::of_owner(directory_kind::count, all), encoded_number(7))},
      {"a count of nothing", "but there are none",
       writing(family::directory, keys::of_references(uuid{{8}}), encoded_number(1))},
      {"a missing deadline", "lacks due", removing(family::due, std::string(keys::view(due)))},
      {"a deadline of nothing", "has due",
       writing(family::due, std::string(keys::view(no_due)), time)},
      {"an RPC without its place", "lacks rpc",
       removing(family::directory, keys::of_directory(directory_kind::rpc, uuid{{4, 2}}))},
      {"a profile that is not there", "names the profile",
       writing(family::devices, device_key(4, device_kind::info), moved_device())},
      {"a row of unknown kind", "unknown kind",
       writing(family::directory, std::string(1, '\xc8'), "x")},
  };
}

} // namespace

TEST_CASE("a store as it was written has no problem") {
  inspected_fleet fleet;
  const auto found = fleet.check();
  CHECK(found.devices == 2);
  CHECK(found.history_rows == 2);
  CHECK(found.problems == std::vector<std::string>{});
}

TEST_CASE("a check finds what is wrong with a store, and names it") {
  for (const auto& planted : corruptions()) {
    DYNAMIC_SECTION(planted.name) {
      inspected_fleet fleet;
      fleet.spoil(planted.how);
      const auto found = fleet.check();
      CHECK(found.problem_count > 0);
      std::string told;
      for (const auto& one : found.problems) {
        told += one + "\n";
      }
      INFO(told);
      CHECK(told.find(planted.told) != std::string::npos);
    }
  }
}

TEST_CASE("problems are counted beyond those that are told") {
  inspected_fleet fleet;
  fleet.spoil([](rocks::database& in, rocksdb::WriteBatch& batch) {
    for (int at = 0; at < 200; ++at) {
      batch.Put(in.of(family::directory),
                keys::of_directory(directory_kind::email, std::to_string(at)), row_of_id(2));
    }
  });
  const auto found = fleet.check();
  CHECK(found.problem_count == 200);
  CHECK(found.problems.size() == 100);
}

TEST_CASE("a device is found by identifier, token and name") {
  inspected_fleet fleet;
  const auto data = fleet.open();
  const auto id = inspected_fleet::id_of(5);
  CHECK(find_device(*data, to_string(id)).value() == id);
  CHECK(find_device(*data, "token 5").value() == id);
  CHECK(find_device(*data, "Device 5").value() == id);
  CHECK(find_device(*data, "nobody").error().code == error_code::not_found);
}

TEST_CASE("every kind of row is shown as JSON, without secrets") {
  inspected_fleet fleet;
  const auto data = fleet.open();
  for (const auto& family : data_folder::families()) {
    const auto read = data->scan(family, {}, [&](std::string_view key, std::string_view row) {
      const auto shown = row_json(family, key, row, false);
      CHECK(shown.has_value());
      for (const char* secret : {"token 4", "provision key", "activation token"}) {
        CHECK(shown.value_or("").find(secret) == std::string::npos);
        CHECK(shown.value_or("").find(rocks::hexadecimal(secret)) == std::string::npos);
      }
      return true;
    });
    CHECK(read.has_value());
  }
  std::uint64_t rows = 0;
  const auto kinds = count_kinds(*data);
  for (const auto& one : kinds.value()) {
    rows += one.rows;
  }
  CHECK(rows > 30);
}

TEST_CASE("a folder that is in use or has no store is refused") {
  inspected_fleet fleet;
  const auto open = fleet.open();
  temporary_folder empty;
  CHECK(data_folder::open(empty.path()).error().code == error_code::not_found);
}

} // namespace muster::test
