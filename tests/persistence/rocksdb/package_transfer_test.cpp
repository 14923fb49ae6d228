#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/packages/checksum.hpp"
#include "persistence/rocksdb/transfer/base64.hpp"
#include "persistence/rocksdb/transfer/called_chains.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/rocksdb/transfer_lines.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cstring>

namespace muster::test {

using namespace persistence;

namespace {

constexpr std::uint8_t device_number = 4;

rule_chain chain_of(const tenant_id& tenant, std::uint8_t number, const std::string& name,
                    const std::vector<rule_chain_id>& calls) {
  rule_chain made;
  made.id = rule_chain_id{uuid{{number, 50}}};
  made.tenant = tenant;
  made.name = name;
  for (const auto& called : calls) {
    rule_node node;
    node.id = rule_node_id{uuid{{number, 60}}};
    node.type = "org.thingsboard.rule.engine.flow.TbRuleChainInputNode";
    node.configuration.text = R"({"ruleChainId":")" + to_string(called) + "\"}";
    made.nodes.push_back(node);
  }
  return made;
}

/// A device whose profile has a package of some pieces, and a chain that calls another one, which
/// calls the first: what none should do ends all the same.
struct equipped_fleet {
  equipped_fleet() {
    bytes.resize((std::size_t{5} << 20) / 2);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      bytes[at] = static_cast<char>(at * at / 7);
    }
    firmware.id = package_id{uuid{{70}}};
    firmware.tenant = fleet.of.id;
    firmware.title = "firmware";
    firmware.release = "1";
    firmware.size = bytes.size();
    const auto sum = make_checksum(checksum_algorithm::sha256);
    sum->add(bytes);
    const auto digest = sum->finish();
    firmware.content.emplace();
    std::memcpy(firmware.content->data(), digest.data(), digest.size());
    name = hexadecimal(digest);
    fs::create_directories(fleet.path() + "/packages");
    std::ofstream(fleet.path() + "/packages/" + name, std::ios::binary) << bytes;
    first = chain_of(fleet.of.id, 1, "first", {rule_chain_id{uuid{{2, 50}}}});
    second = chain_of(fleet.of.id, 2, "second", {first.id});
    auto profile = fleet.profile;
    profile.firmware = firmware.id;
    profile.default_rule_chain = first.id;
    write change;
    change.mutations = {put_package{std::nullopt, firmware}, put_rule_chain{std::nullopt, first},
                        put_rule_chain{std::nullopt, second}, put_profile{fleet.profile, profile}};
    fleet.commit({change});
  }

  lines exported() const {
    return export_lines(fleet.path(), inspected_fleet::id_of(device_number));
  }

  inspected_fleet fleet{{device_number}};
  package_info firmware;
  std::string bytes;
  std::string name;
  rule_chain first;
  rule_chain second;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The chains that the chain of that name calls, as the folder's rows tell.
std::vector<uuid> calls_of(const std::string& path, const std::string& name) {
  std::vector<uuid> all;
  const auto data = data_folder::open(path).value();
  REQUIRE(data->scan("directory", keys::of_directory(keys::directory_kind::rule_chain),
                     [&](std::string_view, std::string_view row) {
                       rule_chain one;
                       REQUIRE(decode(row, one).has_value());
                       if (one.name == name) {
                         visit_called_chains(one, [&](const uuid& id) { all.push_back(id); });
                       }
                       return true;
                     }));
  return all;
}

} // namespace

TEST_CASE("base64 is read as it is written, and nothing else") {
  CHECK(base64("") == "");
  CHECK(base64("a") == "YQ==");
  CHECK(base64("ab") == "YWI=");
  CHECK(base64("abc") == "YWJj");
  for (const auto* bad : {"Y", "YQ=", "YQ", "Y===", "====", "YR==", "YQ==\n", " YWJj", "YW!j"}) {
    CHECK_FALSE(from_base64(bad).has_value());
  }
  REQUIRE(rc::check("of any bytes", [](const std::string& bytes) {
    RC_ASSERT(from_base64(base64(bytes)) == bytes);
  }));
}

TEST_CASE("packages and all chains that are called come along with a device") {
  const equipped_fleet from;
  const temporary_folder below;
  const std::string to = below.path() + "/new";
  const auto exported = from.exported();
  const auto done = import_lines(exported, to);
  REQUIRE(done.has_value());
  CHECK(done->packages == 1);
  CHECK(content_of(to + "/packages/" + from.name) == from.bytes);
  CHECK_FALSE(fs::exists(to + "/packages.importing"));
  CHECK(check_folder(to).problems == lines{});
  CHECK(export_lines(to, inspected_fleet::id_of(device_number)) == exported);
  CHECK(calls_of(to, "first") == std::vector{from.second.id.value});
  CHECK(calls_of(to, "second") == std::vector{from.first.id.value});
}

TEST_CASE("an export of all has the packages, too") {
  const equipped_fleet from;
  const temporary_folder below;
  const std::string to = below.path() + "/new";
  REQUIRE(import_lines(export_lines(from.fleet.path()), to).has_value());
  CHECK(content_of(to + "/packages/" + from.name) == from.bytes);
  CHECK(export_lines(to) == export_lines(from.fleet.path()));
}

TEST_CASE("a chain that comes calls the chain that stands for the one it called") {
  const equipped_fleet from;
  inspected_fleet to(std::vector<std::uint8_t>{}, 7);
  auto other = chain_of(to.of.id, 9, "second", {});
  write change;
  change.mutations = {put_rule_chain{std::nullopt, other}};
  to.commit({change});
  REQUIRE(import_lines(from.exported(), to.path()).has_value());
  CHECK(calls_of(to.path(), "first") == std::vector{other.id.value});
  CHECK(calls_of(to.path(), "second").empty());
  CHECK(to.check().problems == lines{});
}

TEST_CASE("a package with a bad piece is refused, and changes nothing") {
  const equipped_fleet from;
  const auto good = from.exported();
  const auto first = static_cast<std::size_t>(
      std::find_if(good.begin(), good.end(),
                   [](const auto& line) { return line.starts_with("{\"package\""); }) -
      good.begin());
  REQUIRE(good.at(first + 2).starts_with("{\"package\""));
  auto damaged = good;
  const auto at = damaged[first + 1].find("\"bytes\":\"") + 100;
  damaged[first + 1][at] = damaged[first + 1][at] == 'A' ? 'B' : 'A';
  auto unreadable = good;
  unreadable[first + 1][at] = '!';
  auto without = good;
  without.erase(without.begin() + static_cast<std::ptrdiff_t>(first + 1));
  auto swapped = good;
  std::swap(swapped[first], swapped[first + 1]);
  auto cut = good;
  cut.erase(cut.begin() + static_cast<std::ptrdiff_t>(first + 2));
  auto none = good;
  none.erase(none.begin() + static_cast<std::ptrdiff_t>(first),
             none.begin() + static_cast<std::ptrdiff_t>(first + 3));
  auto longer = good;
  longer[first + 2].replace(longer[first + 2].find("\"size\":") + 7, 7, "2000000");
  struct bad_pieces {
    const char* name;
    /// From 1.
    std::size_t line;
    const char* told;
    const lines& all;
  };
  const inspected_fleet to({5}, 7);
  const auto before = files_of(to.path());
  for (const auto& bad : {bad_pieces{"damaged", first + 3, "damaged", damaged},
                          {"no base64", first + 2, "base64", unreadable},
                          {"a missing piece", first + 2, "before this one", without},
                          {"another order", first + 1, "before this one", swapped},
                          {"a missing end", cut.size(), "exported, but 2 are here", cut},
                          {"no piece at all", none.size(), "exported, but 0 are here", none},
                          {"too long", first + 3, "more or fewer bytes", longer}}) {
    INFO(bad.name);
    const auto done = import_lines(bad.all, to.path());
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().message.starts_with("line " + std::to_string(bad.line) + ": "));
    CHECK(done.error().message.find(bad.told) != std::string::npos);
    CHECK((files_of(to.path()) == before));
    CHECK_FALSE(fs::exists(to.path() + "/packages.importing"));
  }
}

TEST_CASE("a package whose file is damaged or missing is not exported, its row is") {
  const equipped_fleet from;
  const auto file = from.fleet.path() + "/packages/" + from.name;
  const auto nothing = [](const exported_piece&) -> result<void> {
    FAIL("a piece was visited");
    return {};
  };
  const auto told = [&] {
    return export_package(from.fleet.path(), from.firmware, nothing).error().message;
  };
  std::fstream(file, std::ios::in | std::ios::out | std::ios::binary) << "other";
  CHECK(told().find("is damaged") != std::string::npos);
  fs::resize_file(file, 100);
  CHECK(told().find("is short") != std::string::npos);
  fs::remove(file);
  CHECK(told().find("there is no file") != std::string::npos);
  const temporary_folder below;
  const auto done = import_lines(from.exported(), below.path() + "/new");
  REQUIRE(done.has_value());
  CHECK(done->packages == 0);
  CHECK(std::any_of(done->notes.begin(), done->notes.end(), [&](const std::string& note) {
    return note.find("copy packages/" + from.name) != std::string::npos;
  }));
}

TEST_CASE("packages that a killed import has left are in nobody's way") {
  const equipped_fleet from;
  const inspected_fleet to({5}, 7);
  fs::create_directories(to.path() + "/packages.importing/lost");
  REQUIRE(import_lines(from.exported(), to.path()).has_value());
  CHECK_FALSE(fs::exists(to.path() + "/packages.importing"));
  CHECK(content_of(to.path() + "/packages/" + from.name) == from.bytes);
}

} // namespace muster::test
