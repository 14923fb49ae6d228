#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/conformance/script.hpp"
#include "tests/persistence/rocksdb/transfer_lines.hpp"

#include <rapidcheck.h>

#include <algorithm>

namespace muster::test {

using namespace persistence;

namespace {

/// Those that tell of an index or a count, not of an entity that names another.
lines of_indexes(const store_check_report& found) {
  lines all;
  std::copy_if(found.problems.begin(), found.problems.end(), std::back_inserter(all),
               [](const std::string& one) { return one.find(" names the ") == std::string::npos; });
  return all;
}

/// Plays a random script on a store in the folder.
void play(tape choices, const std::string& path) {
  const world where;
  manual_clock clock;
  model known;
  script writer(where, choices);
  rocksdb_options options;
  options.path = path;
  options.min_free = 0;
  rocksdb_hooks hooks;
  hooks.keeper_thread = false;
  const auto store = rocks::rocksdb_store::open(options, hooks, clock).value();
  while (!choices.at_end()) {
    auto step = writer.next(known, clock.now().wall);
    RC_ASSERT(store->commit({&step.change, 1}).front().what == step.expected.what);
  }
}

std::string device_line_of(std::uint8_t number, const device_info& info) {
  std::string row;
  encode(info, row);
  const auto key =
      keys::of_device_row(keys::of_device(inspected_fleet::id_of(number)), keys::device_kind::info);
  return line_of("devices", keys::view(key), row, true).value();
}

struct bad_export {
  const char* name;
  std::size_t line;
  /// Part of what is told.
  const char* told;
  lines all;
};

/// An export of a fleet, with one line changed.
std::vector<bad_export> bad_exports() {
  const inspected_fleet fleet({6});
  const lines good = export_lines(fleet.path());
  const auto at = [&](const char* part) {
    const auto found = std::find_if(good.begin(), good.end(), [&](const std::string& line) {
      return line.find(part) != std::string::npos;
    });
    REQUIRE(found != good.end());
    return static_cast<std::size_t>(found - good.begin());
  };
  const auto with = [&](std::size_t line, const std::string& text) {
    auto all = good;
    all[line] = text;
    return all;
  };
  const auto without = [&](std::size_t line) {
    auto all = good;
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(line));
    return all;
  };
  const std::size_t info = at(R"("name":"Device 6")");
  const std::size_t history = at("timeseries");
  auto renamed = good[info];
  renamed.replace(renamed.find("Device 6"), 8, "Device 7");
  auto moved = good[history];
  moved.replace(moved.find(R"("hex":")") + 7, 2, "00");
  auto spoiled = good[history];
  spoiled.replace(spoiled.find(R"("bytes":")") + 9, 4, "zzzz");
  auto orphaned = without(at("credentials_id"));
  orphaned.back() = line_of(export_end{orphaned.size() - 2, 0});
  auto cut = good;
  cut.pop_back();
  device_info twin;
  twin.id = inspected_fleet::id_of(7);
  twin.name = "Device 6";
  twin.tenant = fleet.of.id;
  auto twins = good;
  twins.insert(twins.end() - 1, device_line_of(7, twin));
  std::string due;
  encode_time(9, due);
  const auto due_key = keys::of_due(shard_of(twin.id), 9, twin.id, due_kind::inactivity);
  return {
      {"no JSON", history + 1, "no JSON object", with(history, "{\"family\":")},
      {"a family that is none", history + 1, "none of the store",
       with(history, R"({"family":"x","hex":"00","bytes":"00"})")},
      {"bytes that are none", history + 1, "hexadecimal", with(history, spoiled)},
      {"a row that shows another name", info + 1, "shows something else", with(info, renamed)},
      {"a key of another device", history + 1, "have to come before it", with(history, moved)},
      {"a row without its device", info + 1, "has to come before it", without(info)},
      {"a device without credentials", history + 1, "no credentials", orphaned},
      {"a row of an index", info + 1, "makes itself",
       with(info, line_of("due", keys::view(due_key), due, true).value())},
      {"two devices of one name", twins.size() - 1, "has the name", twins},
      {"a row that is missing", good.size() - 1, "rows were exported", without(history)},
      {"no beginning", 1, "outside of an export", without(0)},
      {"two beginnings", 2, "inside of an export", with(1, good[0])},
      {"a newer export", 1, "newer", with(0, R"({"export":2,"complete":true})")},
      {"a header of other types", 1, "without --secrets",
       with(0, R"({"export":1,"complete":"yes","created":{},"device":7})")},
      {"no secrets", 1, "without --secrets", export_lines(fleet.path(), std::nullopt, false)},
      {"cut short", 0, "cut short", cut},
      {"empty", 0, "no export", {}},
  };
}

} // namespace

TEST_CASE("an import of an export of all is the same store, with indexes that agree") {
  REQUIRE(rc::check("an export of what was imported is the same", [] {
    const temporary_folder from;
    const temporary_folder below;
    const std::string to = below.path() + "/new";
    const auto length = *rc::gen::inRange<std::size_t>(0, 600);
    const auto number = rc::gen::resize(100, rc::gen::inRange<std::uint32_t>(0, 1U << 30));
    play(tape(*rc::gen::container<std::vector<std::uint32_t>>(length, number)), from.path());
    const lines exported = export_lines(from.path());
    const auto imported = import_lines(exported, to);
    RC_ASSERT((imported ? std::string() : imported.error().message) == "");
    RC_ASSERT(of_indexes(check_folder(to)) == lines{});
    RC_ASSERT(export_lines(to) == exported);
  }));
}

TEST_CASE("an export without secrets has none, and no exact rows") {
  const inspected_fleet fleet;
  for (const auto& line : export_lines(fleet.path(), std::nullopt, false)) {
    // Of a complete line the exact row is the last member.
    CHECK((!line.ends_with("\"}") || line.find("family") == std::string::npos));
    CHECK(line.find("token 4") == std::string::npos);
  }
}

TEST_CASE("a device moves to another installation's tenant and profile of the same names") {
  inspected_fleet from;
  inspected_fleet to({6}, 7);
  alarm raised;
  raised.id = alarm_id{uuid{{4, 9}}};
  raised.tenant = from.of.id;
  raised.originator = inspected_fleet::id_of(4);
  raised.type = "hot";
  raised.shown_at = {from.of.id.value};
  write more{raised.originator, shard_of(raised.originator), first_epoch, {}, {}};
  more.mutations = {put_alarm{std::nullopt, raised}, put_outbox{{3, "work"}}};
  write related;
  for (const auto other : {from.of.id.value, inspected_fleet::id_of(5).value}) {
    const bool device = other != from.of.id.value;
    related.mutations.emplace_back(
        put_relation{{{device ? entity_type::device : entity_type::tenant, other},
                      {entity_type::device, raised.originator.value},
                      "Contains"}});
  }
  from.commit({more, related});
  const auto exported = export_lines(from.path(), raised.originator);
  const auto done = import_lines(exported, to.path());
  REQUIRE(done.has_value());
  CHECK(done->devices == 1);
  CHECK(done->replaced == 0);
  // The tenant and the profile stand for the others; the relation with device 5 is left out.
  CHECK(done->notes.size() == 3);
  CHECK(to.check().problems == lines{});
  const auto arrived = export_lines(to.path(), raised.originator);
  std::string all;
  for (const auto& line : arrived) {
    all += line;
  }
  CHECK(all.find(to_string(from.of.id)) == std::string::npos);
  CHECK(all.find("token 4") != std::string::npos);
  CHECK(all.find("hot") != std::string::npos);
  CHECK(arrived.size() == exported.size() - 1);
}

TEST_CASE("what a device rests on is made where it is missing") {
  const inspected_fleet from;
  const temporary_folder below;
  const std::string to = below.path() + "/new";
  const auto exported = export_lines(from.path(), inspected_fleet::id_of(5));
  REQUIRE(import_lines(exported, to).has_value());
  CHECK(check_folder(to).problems == lines{});
  CHECK(export_lines(to, inspected_fleet::id_of(5)) == exported);
}

TEST_CASE("a device that is there already is replaced only when that is wanted") {
  inspected_fleet from({4});
  inspected_fleet to({4, 5});
  write change{inspected_fleet::id_of(4), shard_of(inspected_fleet::id_of(4)), first_epoch, {}, {}};
  change.mutations = {append_history{77, 5, {{"late", true}}},
                      put_due{due_kind::inactivity, 1'000, 99}};
  to.commit({change});
  const auto exported = export_lines(from.path(), inspected_fleet::id_of(4));
  const auto before = files_of(to.path());
  CHECK(import_lines(exported, to.path()).error().message.find("--replace") != std::string::npos);
  CHECK((files_of(to.path()) == before));
  const auto done = import_lines(exported, to.path(), true);
  REQUIRE(done.has_value());
  CHECK(done->replaced == 1);
  CHECK(to.check().problems == lines{});
  CHECK(export_lines(to.path(), inspected_fleet::id_of(4)) == exported);
}

TEST_CASE("of all, what is there and the same stays, what differs is refused or replaced") {
  inspected_fleet from(std::vector<std::uint8_t>{});
  inspected_fleet to({5});
  auto renamed = from.of;
  renamed.title = "Renamed";
  renamed.version = 2;
  write change;
  change.mutations = {put_tenant{from.of, renamed}};
  from.commit({change});
  const auto exported = export_lines(from.path());
  const auto refused = import_lines(exported, to.path());
  CHECK(refused.error().message.find("tenant \"Renamed\" is there already") != std::string::npos);
  const auto done = import_lines(exported, to.path(), true);
  REQUIRE(done.has_value());
  CHECK(done->there_already == 3);
  // The setting, and the outbox of the tenant with its deadline.
  CHECK(done->other_rows == 3);
  CHECK(to.check().problems == lines{});
}

TEST_CASE("a name that another entity has is refused, also where others may be replaced") {
  const inspected_fleet from({4});
  inspected_fleet to({4}, 7);
  for (const bool replace : {false, true}) {
    const auto refused = import_lines(export_lines(from.path()), to.path(), replace);
    CHECK(refused.error().message.find("another tenant there has the title") != std::string::npos);
  }
  auto device = to.device(9);
  std::get<put_credentials>(device.mutations[1]).now.credentials_id = "token 5";
  to.commit({device});
  const inspected_fleet other({5}, 7);
  const auto refused =
      import_lines(export_lines(other.path(), inspected_fleet::id_of(5)), to.path(), true);
  CHECK(refused.error().message.find("has the credentials of device \"Device 5\"") !=
        std::string::npos);
}

TEST_CASE("a bad export is refused with the number of its line, and changes nothing") {
  const inspected_fleet to({4});
  const auto before = files_of(to.path());
  const temporary_folder below;
  const std::string fresh = below.path() + "/new";
  for (const auto& bad : bad_exports()) {
    DYNAMIC_SECTION(bad.name) {
      for (const auto& path : {to.path(), fresh}) {
        const auto done = import_lines(bad.all, path, true);
        REQUIRE_FALSE(done.has_value());
        INFO(done.error().message);
        CHECK(done.error().message.find(bad.told) != std::string::npos);
        const std::string line = "line " + std::to_string(bad.line) + ": ";
        CHECK(done.error().message.starts_with(line) == (bad.line != 0));
      }
      CHECK((files_of(to.path()) == before));
      CHECK_FALSE(fs::exists(fresh));
    }
  }
}

TEST_CASE("a damaged line is refused, or is another row that can be read") {
  const inspected_fleet fleet({4});
  const lines good = export_lines(fleet.path());
  REQUIRE(rc::check("no damage is more than an error", [&] {
    std::string line = *rc::gen::elementOf(good);
    for (int damage = *rc::gen::inRange(1, 4); damage > 0; --damage) {
      line[*rc::gen::inRange<std::size_t>(0, line.size())] = *rc::gen::arbitrary<char>();
    }
    const auto read = parse_export_line(line);
    const auto* row = read ? std::get_if<exported_row>(&*read) : nullptr;
    RC_ASSERT((row == nullptr || line_of(row->family, row->key, row->bytes, true).has_value()));
  }));
}

TEST_CASE("an import into a folder in use is refused") {
  inspected_fleet fleet;
  const auto exported = export_lines(fleet.path());
  const auto open = fleet.open();
  CHECK(import_lines(exported, fleet.path(), true).error().message.find("in use") !=
        std::string::npos);
}

TEST_CASE("what an import that was killed has left is in nobody's way") {
  const inspected_fleet from({4});
  const inspected_fleet to({5});
  fs::create_directories(to.path() + "/store.importing/lost");
  CHECK(import_lines(export_lines(from.path(), inspected_fleet::id_of(4)), to.path()).has_value());
  CHECK_FALSE(fs::exists(to.path() + "/store.importing"));
  CHECK(check_folder(to.path()).devices == 2);
}

} // namespace muster::test
