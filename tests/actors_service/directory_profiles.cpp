#include "tests/actors_service/directory_fixture.hpp"

namespace muster {

TEST_CASE("a profile is made and changed") {
  directory_fixture at;
  auto made = at.made_profile("pumps");
  CHECK(made.version == 1);
  CHECK(made.tenant == at.tenant);
  CHECK(made.created == at.clock.now().wall);
  CHECK_FALSE(made.is_default);
  save_profile what{at.who, made, 1};
  what.profile.description = "of the river";
  what.profile.is_default = true;
  const auto changed = at.done_as<device_profile>(what);
  CHECK(changed.description == "of the river");
  CHECK(changed.version == 2);
  // Only make_default_profile does that.
  CHECK_FALSE(changed.is_default);
  CHECK(at.store->read_profile(made.id).value() == changed);
  CHECK(code_of(at.apply(what)) == error_code::version_conflict);
}

TEST_CASE("profiles are refused with the reason") {
  directory_fixture at;
  at.made_profile("pumps");
  save_profile what{at.who, {}, std::nullopt};
  CHECK(at.refused(what).message == "Device profile name should be specified!");
  what.profile.name = "pumps";
  CHECK(at.refused(what).message == "Device profile with such name already exists!");
  what.profile.name = "valves";
  what.profile.provision_key = "key";
  at.done_as<device_profile>(what);
  what.profile.name = "others";
  CHECK(at.refused(what).message ==
        "Device profile with such provision device key already exists!");
  what.who = at.foreign();
  CHECK(code_of(at.apply(what)) == error_code::already_exists);
  what.profile.id = at.standard.id;
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.who = at.system();
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
}

TEST_CASE("a tenant has one default profile") {
  directory_fixture at;
  const auto made = at.made_profile("pumps");
  const auto chosen = at.done_as<device_profile>(make_default_profile{at.who, made.id});
  CHECK(chosen.is_default);
  CHECK_FALSE(at.store->read_profile(at.standard.id).value()->is_default);
  CHECK(at.store->find_default_profile(at.tenant).value() == chosen);
  CHECK(at.done_as<device_profile>(make_default_profile{at.who, made.id}) == chosen);
  CHECK(code_of(at.apply(make_default_profile{at.foreign(), made.id})) == error_code::not_found);
}

TEST_CASE("a profile is deleted unless it is used or the default") {
  directory_fixture at;
  CHECK(at.refused(delete_profile{at.who, at.standard.id}).message ==
        "Deletion of Default Device Profile is prohibited!");
  const auto made = at.made_profile("pumps");
  at.done_as<device_info>(at.request("pumps"));
  const auto used = at.refused(delete_profile{at.who, made.id});
  CHECK(used.code == error_code::invalid);
  CHECK(used.message == "The device profile referenced by the devices cannot be deleted!");
  const auto unused = at.made_profile("valves");
  CHECK(code_of(at.apply(delete_profile{at.foreign(), unused.id})) == error_code::not_found);
  at.done_as<done>(delete_profile{at.who, unused.id});
  CHECK_FALSE(at.store->read_profile(unused.id).value());
  CHECK(code_of(at.apply(delete_profile{at.who, unused.id})) == error_code::not_found);
  const auto entries = at.audit(audit_action::deleted);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entity == unused.id.value);
  CHECK(entries[0].entity_name == "valves");
}

TEST_CASE("a new package of a profile starts its rollout") {
  directory_fixture at;
  const auto firmware = at.made_package("firmware");
  const auto software = at.made_package("software", package_type::software);
  const auto made = at.made_profile("pumps");
  save_profile what{at.who, made, std::nullopt};
  what.profile.firmware = firmware.id;
  at.done_as<device_profile>(what);
  auto jobs = at.store->read_jobs().value();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].kind == job_kind::rollout);
  CHECK(jobs[0].type == package_type::firmware);
  CHECK(jobs[0].subject == made.id.value);
  CHECK(jobs[0].tenant == at.tenant);
  at.done_as<device_profile>(what);
  CHECK(at.store->read_jobs().value().size() == 1);
  what.profile.firmware.reset();
  what.profile.software = software.id;
  at.done_as<device_profile>(what);
  CHECK(at.store->read_jobs().value().size() == 3);
}

TEST_CASE("a new name of a profile is brought to its devices by a job") {
  directory_fixture at;
  const auto made = at.made_profile("pumps");
  save_profile what{at.who, made, std::nullopt};
  what.profile.description = "not the name";
  at.done_as<device_profile>(what);
  CHECK(at.store->read_jobs().value().empty());
  what.profile.name = "valves";
  at.done_as<device_profile>(what);
  const auto jobs = at.store->read_jobs().value();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].kind == job_kind::rename_type);
  CHECK(jobs[0].subject == made.id.value);
  CHECK(jobs[0].tenant == at.tenant);
}

TEST_CASE("a package that cannot be given is refused for a profile") {
  directory_fixture at;
  const auto made = at.made_profile("pumps");
  save_profile what{at.who, made, std::nullopt};
  what.profile.firmware = at.made_package("empty", package_type::firmware, false).id;
  CHECK(at.refused(what).message == "Can't assign firmware with empty data!");
  what.profile.firmware = at.made_package("software", package_type::software).id;
  CHECK(at.refused(what).message == "Can't assign firmware with type: SOFTWARE!");
  what.profile.firmware = package_id{random_uuid()};
  CHECK(at.refused(what).message == "Can't assign non-existent firmware!");
  save_package other{at.who, {}, std::nullopt};
  other.package.title = "special";
  other.package.release = "1";
  other.package.url = "https://example.org/f";
  other.package.profile = at.standard.id;
  what.profile.firmware = at.done_as<package_info>(other).id;
  CHECK(at.refused(what).message == "Can't assign firmware with different deviceProfile!");
  CHECK(at.store->read_jobs().value().empty());
}

} // namespace muster
