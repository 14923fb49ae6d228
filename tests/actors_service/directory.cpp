#include "tests/actors_service/directory_fixture.hpp"

namespace muster {

TEST_CASE("a device without type gets the tenant's default profile and a random token") {
  directory_fixture at;
  const auto made = at.done_as<device_info>(at.request(""));
  CHECK(made.profile == at.standard.id);
  CHECK(made.type == "default");
  CHECK(made.tenant == at.tenant);
  CHECK(made.created == at.clock.now().wall);
  const auto rows = at.rows_of(made.id);
  CHECK(rows.info == made);
  CHECK(rows.access.credentials_id.size() == 20);
  CHECK(rows.access.device == made.id);
  CHECK(rows.access.version == 1);
  const auto owner = at.store->find_token(rows.access.credentials_id).value();
  REQUIRE(owner);
  CHECK(owner->tenant == at.tenant);
  CHECK(owner->profile == at.standard.id);
  const auto entries = at.audit(audit_action::added);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entity == made.id.value);
  CHECK(entries[0].user == at.administrator.id);
  CHECK(entries[0].user_name == "a@b.c");
  CHECK(entries[0].address == "192.0.2.1");
  CHECK(entries[0].tenant == at.tenant);
}

TEST_CASE("a type without profile makes one, once") {
  directory_fixture at;
  const auto first = at.done_as<device_info>(at.request("pump", "first"));
  const auto second = at.done_as<device_info>(at.request("pump", "second"));
  CHECK(first.type == "pump");
  CHECK(first.profile == second.profile);
  const auto profile = at.store->find_profile_by_name(at.tenant, "pump");
  REQUIRE(*profile);
  CHECK((*profile)->id == first.profile);
  CHECK_FALSE((*profile)->is_default);
}

TEST_CASE("a given profile decides the type") {
  directory_fixture at;
  auto what = at.request("ignored");
  what.profile = at.standard.id;
  what.access_token = "token";
  const auto made = at.done_as<device_info>(what);
  CHECK(made.type == "default");
  CHECK(at.rows_of(made.id).access.credentials_id == "token");
  what.profile = profile_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
}

TEST_CASE("names and tokens of devices are unique") {
  directory_fixture at;
  auto what = at.request("");
  what.access_token = "token";
  at.done_as<device_info>(what);
  const auto name = at.refused(what);
  CHECK(name.code == error_code::already_exists);
  CHECK(name.message == "Device with such name already exists!");
  what.info.name = "other";
  const auto token = at.refused(what);
  CHECK(token.code == error_code::already_exists);
  CHECK(token.message == "Device credentials are already assigned to another device!");
  what.info.name = " ";
  CHECK(at.refused(what).message == "Device name should be specified!");
  CHECK(at.store->count_devices().value() == 1);
}

TEST_CASE("a device is made for a customer of the tenant only") {
  directory_fixture at;
  auto what = at.request("");
  what.info.customer = at.made_customer("Customer").id;
  CHECK(at.done_as<device_info>(what).customer == what.info.customer);
  what.info.name = "other";
  what.who = at.foreign();
  CHECK(code_of(at.apply(what)) == error_code::not_found);
}

TEST_CASE("a change of a device is checked, then sent to its actor") {
  directory_fixture at;
  const auto made = at.done_as<device_info>(at.request(""));
  const auto package = at.made_package("firmware");
  change_device what{at.who, made.id, {}, std::nullopt};
  what.update.info = made;
  what.update.info.type = "pump";
  what.update.info.firmware = package.id;
  at.apply(what);
  REQUIRE(at.sent);
  CHECK(at.sent->device == made.id);
  CHECK(at.sent->deadline > at.clock.now().steady);
  const auto& update = std::get<update_device>(at.sent->body);
  CHECK(update.info.type == "pump");
  CHECK(update.info.profile != made.profile);
  REQUIRE(update.targets);
  CHECK(update.targets->firmware == package);
  CHECK_FALSE(update.targets->software);
  at.sent.reset();
  what.update.info.software = package.id;
  CHECK(at.refused(what).message == "Can't assign software with type: FIRMWARE!");
  what.update.info.software = package_id{random_uuid()};
  CHECK(at.refused(what).message == "Can't assign non-existent software!");
  what.who = at.foreign();
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
  what.device = device_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  CHECK_FALSE(at.sent);
}

TEST_CASE("only the tenant's administrator makes devices") {
  directory_fixture at;
  auto what = at.request("");
  what.who.role = authority::customer_user;
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
  what.who.role = authority::system_administrator;
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
}

TEST_CASE("profiles of other tenants are not found") {
  directory_fixture at;
  resolve_profile what{at.who, at.standard.id, ""};
  CHECK(std::get<device_profile>(at.apply(what)) == at.standard);
  what.who.tenant = tenant_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
}

TEST_CASE("a new password ends the tokens issued before") {
  directory_fixture at;
  const timestamp now = at.clock.now().wall;
  const auto changed =
      std::get<user>(at.apply(change_password{at.administrator.id, "hash", 1, "192.0.2.8"}));
  const auto entries = at.audit(audit_action::credentials_updated);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entity == at.administrator.id.value);
  CHECK(entries[0].user == at.administrator.id);
  CHECK(entries[0].address == "192.0.2.8");
  CHECK(entries[0].data.text == "null");
  CHECK(changed.password_hash == "hash");
  CHECK(changed.version == 2);
  CHECK_FALSE(at.revoked.valid(at.administrator.id.value, now));
  CHECK(at.revoked.valid(at.administrator.id.value, changed.tokens_valid_from));
  // Tokens of the first change are dated to the end of its second at most.
  const auto again = std::get<user>(at.apply(change_password{at.administrator.id, "third", 2}));
  CHECK_FALSE(at.revoked.valid(at.administrator.id.value, changed.tokens_valid_from + 999));
  CHECK(at.revoked.valid(at.administrator.id.value, again.tokens_valid_from));
  CHECK(code_of(at.apply(change_password{at.administrator.id, "other", 1})) ==
        error_code::version_conflict);
  CHECK(code_of(at.apply(change_password{user_id{random_uuid()}, "x", 1})) ==
        error_code::not_found);
}

TEST_CASE("an ended session stays ended until its tokens expire") {
  directory_fixture at;
  const uuid session = random_uuid();
  const timestamp now = at.clock.now().wall;
  CHECK(at.revoked.valid(session, now));
  CHECK(std::holds_alternative<done>(at.apply(end_session{session, now + 1'000})));
  CHECK_FALSE(at.revoked.valid(session, now + 999));
  revocations after_restart;
  after_restart.load(*at.store->read_revocations());
  CHECK_FALSE(after_restart.valid(session, now));
  at.revoked.drop_expired(now + 999);
  CHECK(at.revoked.size() == 1);
  at.revoked.drop_expired(now + 1'000);
  CHECK(at.revoked.size() == 0);
}

TEST_CASE("a failed commit is an error and changes nothing") {
  directory_fixture at;
  at.store->fail_commits(1);
  CHECK(code_of(at.apply(end_session{random_uuid(), 5})) == error_code::storage_unavailable);
  CHECK(at.revoked.size() == 0);
}

} // namespace muster
