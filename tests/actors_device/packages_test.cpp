#include "actors/device/packages.hpp"
#include "tests/actors_device/device_bench.hpp"

#include <map>

namespace muster::test {

namespace {

package_info package_of(std::string release) {
  package_info made;
  made.id = package_id{random_uuid()};
  made.tenant = some_tenant();
  made.title = "firmware";
  made.release = std::move(release);
  made.algorithm = checksum_algorithm::sha256;
  made.checksum = "abcd";
  made.size = 1'000;
  return made;
}

class package_bench : public device_bench {
public:
  package_bench() {
    device_profile profile;
    profile.id = stored().info.profile;
    profile.tenant = some_tenant();
    profile.name = "default";
    profile.version = 3;
    store_profile(profile);
    profile.id = other;
    profile.name = "other";
    store_profile(profile);
  }

  std::map<std::string, value> shared() {
    std::map<std::string, value> found;
    const auto all = stored();
    for (const auto& row : all.attributes[static_cast<std::size_t>(attribute_scope::shared)]) {
      if (row.val) {
        found[row.key] = *row.val;
      }
    }
    return found;
  }

  std::vector<value> history(const std::string& key) {
    std::vector<value> found;
    const auto scanned = rows->scan_history({device_of(1), 0, INT64_MAX, false}, clock.at.wall,
                                            [&](const auto& row) {
                                              for (const auto& item : row.values) {
                                                if (item.key == key) {
                                                  found.push_back(item.val);
                                                }
                                              }
                                              return persistence::scan_step::go_on;
                                            });
    REQUIRE(scanned.has_value());
    return found;
  }

  void target(std::optional<package_info> what, std::optional<profile_id> from = {}) {
    CHECK(is<done>(answer(
        send(system_sender{}, set_target_package{package_type::firmware, std::move(what), from}))));
  }

  reply update(const device_info& info, target_packages targets) {
    return answer(
        application(update_device{info, std::nullopt, std::nullopt,
                                  std::make_shared<const target_packages>(std::move(targets))}));
  }

  const profile_id other{random_uuid()};

  /// A package that is there.
  package_info keep(package_info package) {
    persistence::write kept;
    kept.epoch = persistence::shard_epoch{1};
    kept.mutations = {persistence::put_package{std::nullopt, package}};
    REQUIRE(rows->commit({&kept, 1}).front().what == persistence::write_outcome::kind::durable);
    return package;
  }

private:
  void store_profile(const device_profile& profile) {
    persistence::write made;
    made.epoch = persistence::first_epoch;
    made.mutations.emplace_back(persistence::put_profile{std::nullopt, profile});
    REQUIRE(rows->commit({&made, 1}).front().what == persistence::write_outcome::kind::durable);
  }
};

const std::map<std::string, value> shown{{"fw_title", std::string("firmware")},
                                         {"fw_version", std::string("1")},
                                         {"fw_size", std::int64_t{1'000}},
                                         {"fw_checksum_algorithm", std::string("SHA256")},
                                         {"fw_checksum", std::string("abcd")}};

} // namespace

TEST_CASE("a target is told by shared attributes in one change and by telemetry") {
  package_bench at;
  at.answer(at.poll_attributes_for(1, 0));
  const auto poll = at.poll_attributes_for(2, 60'000);
  at.target(package_of("1"));
  CHECK(at.shared() == shown);
  const auto& changes = std::get<attribute_changes>(at.answer(poll));
  CHECK(changes.set.size() == 5);
  CHECK(changes.deleted.empty());
  CHECK(at.history("target_fw_title") == std::vector<value>{std::string("firmware")});
  CHECK(at.history("target_fw_version") == std::vector<value>{std::string("1")});
  CHECK(at.history("target_fw_ts") == std::vector<value>{at.clock.at.wall});
  CHECK(at.history("target_fw_tag").empty());
  CHECK(at.history("fw_state") ==
        std::vector<value>{std::string("QUEUED"), std::string("INITIATED")});
  at.crash();
  const auto latest = at.answer(at.application(read_latest{{{"fw_state"}}}));
  CHECK(std::get<std::vector<latest_value>>(latest).front().val == value(std::string("INITIATED")));
}

TEST_CASE("the server's telling is no sign of life of the device") {
  package_bench at;
  at.target(package_of("1"));
  at.crash();
  CHECK_FALSE(at.stored().latest.seen.active);
  CHECK(at.stored().latest.seen.last_activity == 0);
}

TEST_CASE("the same target again changes nothing") {
  package_bench at;
  const auto package = package_of("1");
  at.target(package);
  at.target(package);
  CHECK(at.last_mutations == 0);
  at.crash();
  at.target(package);
  CHECK(at.last_mutations == 0);
}

TEST_CASE("another target replaces all, and tells what is gone") {
  package_bench at;
  auto first = package_of("1");
  first.tag = "tag";
  at.target(first);
  CHECK(at.shared().at("fw_tag") == value(std::string("tag")));
  CHECK(at.history("target_fw_tag").size() == 1);
  at.answer(at.poll_attributes_for(1, 0));
  const auto poll = at.poll_attributes_for(2, 60'000);
  auto second = package_of("2");
  second.url = "http://there";
  second.size = 0;
  second.checksum.reset();
  second.algorithm.reset();
  at.target(second);
  const auto changes = std::get<attribute_changes>(at.answer(poll));
  CHECK(changes.set.size() == 3);
  CHECK(changes.deleted.size() == 4);
  CHECK(at.shared() == std::map<std::string, value>{{"fw_title", std::string("firmware")},
                                                    {"fw_version", std::string("2")},
                                                    {"fw_url", std::string("http://there")}});
}

TEST_CASE("no target removes what is there, and only that") {
  package_bench at;
  at.target(std::nullopt);
  CHECK(at.last_mutations == 0);
  at.share("other", true);
  at.target(package_of("1"));
  at.target(std::nullopt);
  CHECK(at.shared() == std::map<std::string, value>{{"other", true}});
  CHECK(at.history("fw_state").size() == 2);
}

TEST_CASE("a profile's package leaves other profiles' devices alone, and those with their own") {
  package_bench at;
  at.target(package_of("1"), at.other);
  CHECK(at.shared().empty());
  auto info = at.stored().info;
  const auto own = at.keep(package_of("own"));
  info.firmware = own.id;
  CHECK(is<device_info>(at.update(info, {own, std::nullopt, 3})));
  at.target(package_of("1"), info.profile);
  CHECK(at.shared().at("fw_version") == value(std::string("own")));
}

TEST_CASE("a device's own package is told in the step that assigns it") {
  package_bench at;
  at.answer(at.poll_attributes_for(1, 0));
  const auto poll = at.poll_attributes_for(2, 60'000);
  auto info = at.stored().info;
  const auto package = at.keep(package_of("1"));
  info.firmware = package.id;
  CHECK(is<device_info>(at.update(info, {package, std::nullopt, 3})));
  CHECK(at.stored().info.firmware == package.id);
  CHECK(at.shared() == shown);
  CHECK(std::get<attribute_changes>(at.answer(poll)).set.size() == 5);
  CHECK(at.history("fw_state").size() == 2);
  // The state holds what is stored.
  const auto seen = at.answer(at.application(read_attributes{attribute_scope::shared, {}}));
  CHECK(std::get<std::vector<attribute>>(seen).size() == 5);
  at.target(package);
  CHECK(at.last_mutations == 0);
}

TEST_CASE("a package that was deleted meanwhile is not assigned") {
  package_bench at;
  auto info = at.stored().info;
  const auto package = package_of("1");
  info.firmware = package.id;
  CHECK(is_error(at.update(info, {package, std::nullopt, 3}), error_code::not_found));
  CHECK_FALSE(at.stored().info.firmware);
  CHECK(at.shared().empty());
}

TEST_CASE("an assignment by a profile that was changed meanwhile changes nothing") {
  package_bench at;
  const auto poll = (at.answer(at.poll_attributes_for(1, 0)), at.poll_attributes_for(2, 60'000));
  auto info = at.stored().info;
  info.label = "new";
  const auto sent = at.application(update_device{
      info, std::nullopt, std::nullopt,
      std::make_shared<const target_packages>(target_packages{package_of("1"), {}, 2})});
  CHECK(at.answered(sent));
  CHECK_FALSE(at.stored().info.label);
  CHECK(at.shared().empty());
  CHECK_FALSE(at.answered(poll));
  const auto seen = at.answer(at.application(read_attributes{attribute_scope::shared, {}}));
  CHECK(std::get<std::vector<attribute>>(seen).empty());
}

TEST_CASE("a device that moves to another profile has its credentials known anew") {
  package_bench at;
  auto info = at.stored().info;
  info.profile = at.other;
  at.update(info, {std::nullopt, std::nullopt, 3});
  const auto owner = at.rows->find_token("token-1").value();
  REQUIRE(owner);
  CHECK(owner->profile == at.other);
  CHECK(owner->tenant == some_tenant());
  CHECK(owner->credentials_version == 1);
}

TEST_CASE("a new device has its packages from the first moment") {
  const auto rows = packages_of_new_device({package_of("1"), std::nullopt, 1}, 5'000);
  REQUIRE(rows.size() == 4);
  const auto& latest = std::get<persistence::put_latest>(rows[2]);
  CHECK(latest.arrival == 2);
  CHECK(std::get<persistence::put_attributes>(rows[3]).rows.size() == 5);
  CHECK(packages_of_new_device({}, 5'000).empty());
}

} // namespace muster::test
