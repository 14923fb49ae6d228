#include "tests/actors_service/directory_fixture.hpp"

#include <set>

namespace muster {

namespace {

class provisioning : public directory_fixture {
public:
  explicit provisioning(provision_strategy how) {
    save_profile what{who, {}, std::nullopt};
    what.profile.name = "sensors";
    what.profile.provisioning = how;
    what.profile.provision_key = "key";
    what.profile.provision_secret = "secret";
    profile = done_as<device_profile>(what);
  }

  provision_device asking(std::optional<std::string> name) const {
    provision_device what;
    what.name = std::move(name);
    what.key = "key";
    what.secret = "secret";
    what.address = "192.0.2.9";
    return what;
  }
  std::optional<device_id> named(const std::string& name) {
    return store->find_device_by_name(tenant, name).value();
  }

  device_profile profile;
};

constexpr auto create = provision_strategy::allow_create_new_devices;

} // namespace

TEST_CASE("a provisioned device has all of it in one step") {
  provisioning at(create);
  auto what = at.asking("  sensor 1 ");
  what.gateway = true;
  const auto access = at.done_as<credentials>(what);
  CHECK(access.credentials_id.size() == 20);
  const auto id = at.named("sensor 1");
  REQUIRE(id);
  const auto rows = at.rows_of(*id);
  CHECK(rows.access == access);
  CHECK(rows.info.type == "sensors");
  CHECK(rows.info.profile == at.profile.id);
  CHECK(rows.info.additional_info.text == R"({"gateway":true})");
  const auto& server = rows.attributes[static_cast<std::size_t>(attribute_scope::server)];
  REQUIRE(server.size() == 1);
  CHECK(server[0].key == "provisionState");
  CHECK(server[0].val == value(std::string("provisioned")));
  const auto entries = at.audit(audit_action::provisioned);
  REQUIRE(entries.size() == 1);
  CHECK_FALSE(entries[0].user);
  CHECK(entries[0].entity == id->value);
  CHECK(entries[0].address == "192.0.2.9");
}

TEST_CASE("a provisioned device without a name gets a random one") {
  for (const auto& name : {std::optional<std::string>(), std::optional<std::string>("")}) {
    provisioning at(create);
    const auto access = at.done_as<credentials>(at.asking(name));
    CHECK(at.rows_of(access.device).info.name.size() == 20);
  }
}

TEST_CASE("a provisioned device gets the credentials it wants, if they are free") {
  provisioning at(create);
  auto what = at.asking("one");
  what.access = credentials{};
  what.access->type = credentials_type::mqtt_basic;
  what.access->credentials_id = "hash";
  what.access->credentials_value = "{}";
  const auto access = at.done_as<credentials>(what);
  CHECK(access.type == credentials_type::mqtt_basic);
  CHECK(access.credentials_id == "hash");
  CHECK(access.version == 1);
  what.name = "two";
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
  CHECK_FALSE(at.named("two"));
}

TEST_CASE("a name that is taken fails, whatever its profile") {
  provisioning at(create);
  at.done_as<device_info>(at.request("", "taken"));
  CHECK(code_of(at.apply(at.asking("taken"))) == error_code::forbidden);
  // Of a blank name, neither.
  CHECK(code_of(at.apply(at.asking("  "))) == error_code::forbidden);
  CHECK(at.store->count_devices().value() == 1);
}

TEST_CASE("wrong provision data is not found") {
  provisioning at(create);
  auto what = at.asking("one");
  what.secret = "guess";
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.secret.clear();
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what = at.asking("one");
  what.key = "other";
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.key.clear();
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  CHECK(at.store->count_devices().value() == 0);
}

TEST_CASE("a profile that is switched off, or has lost its key, provisions nobody from then on") {
  provisioning at(create);
  at.done_as<credentials>(at.asking("one"));
  save_profile altered{at.who, at.profile, std::nullopt};
  altered.profile.provisioning = provision_strategy::disabled;
  at.done_as<device_profile>(altered);
  CHECK(code_of(at.apply(at.asking("two"))) == error_code::not_found);
  altered.profile.provisioning = create;
  at.done_as<device_profile>(altered);
  at.done_as<credentials>(at.asking("two"));
  altered.profile.provision_secret = "changed";
  at.done_as<device_profile>(altered);
  CHECK(code_of(at.apply(at.asking("three"))) == error_code::not_found);
  altered.profile.provision_key.reset();
  at.done_as<device_profile>(altered);
  CHECK(code_of(at.apply(at.asking("three"))) == error_code::not_found);
}

TEST_CASE("what was kept of a profile that has changed is told from what it is now") {
  provisioning at(create);
  at.done_as<credentials>(at.asking("first"));
  // As if another thread had committed this very moment.
  auto changed = at.profile;
  ++changed.version;
  changed.provision_secret = "new";
  persistence::write commit;
  commit.epoch = persistence::first_epoch;
  commit.mutations = {persistence::put_profile{at.profile, changed}};
  at.store->commit({&commit, 1});
  auto what = at.asking("second");
  CHECK(code_of(at.apply(what)) == error_code::version_conflict);
  what.reread = true;
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.secret = "new";
  at.done_as<credentials>(what);
  what.name = "third";
  what.reread = false;
  at.done_as<credentials>(what);
}

TEST_CASE("a deleted tenant's profile provisions nobody") {
  provisioning at(create);
  at.done_as<credentials>(at.asking("one"));
  at.done_as<done>(delete_tenant{at.system(), at.tenant});
  CHECK(code_of(at.apply(at.asking("two"))) == error_code::not_found);
}

TEST_CASE("of a hundred devices racing for one name one wins") {
  provisioning at(create);
  std::vector<blocking_replies::ticket> waiting;
  for (int i = 0; i < 100; ++i) {
    auto [handle, ticket] = at.replies.make();
    at.changes.carry_out(at.asking("one"), std::move(handle));
    waiting.push_back(ticket);
  }
  int won = 0;
  for (auto& ticket : waiting) {
    const reply answered = ticket.wait();
    won += std::holds_alternative<credentials>(answered) ? 1 : 0;
    CHECK((std::holds_alternative<credentials>(answered) ||
           code_of(answered) == error_code::forbidden));
  }
  CHECK(won == 1);
  CHECK(at.store->count_devices().value() == 1);
}

TEST_CASE("a device that was made before is asked for its credentials") {
  provisioning at(provision_strategy::check_pre_provisioned_devices);
  const auto made = at.done_as<device_info>(at.request("sensors", "known"));
  at.apply(at.asking(" known"));
  REQUIRE(at.sent);
  CHECK(at.sent->device == made.id);
  CHECK(std::holds_alternative<system_sender>(at.sent->sender));
  CHECK(std::get<provision_existing>(at.sent->body).profile == at.profile.id);
  at.sent.reset();
  CHECK(code_of(at.apply(at.asking("unknown"))) == error_code::forbidden);
  CHECK(code_of(at.apply(at.asking(std::nullopt))) == error_code::forbidden);
  auto wrong = at.asking("known");
  wrong.secret = "guess";
  CHECK(code_of(at.apply(wrong)) == error_code::not_found);
  CHECK_FALSE(at.sent);
}

TEST_CASE("a profile with certificate chains provisions nobody here") {
  provisioning at(provision_strategy::x509_certificate_chain);
  CHECK(code_of(at.apply(at.asking("one"))) == error_code::not_found);
}

TEST_CASE("a provisioned device is told of its profile's package") {
  provisioning at(create);
  save_profile altered{at.who, at.profile, std::nullopt};
  altered.profile.firmware = at.made_package("firmware").id;
  at.done_as<device_profile>(altered);
  const auto access = at.done_as<credentials>(at.asking("one"));
  const auto rows = at.rows_of(access.device);
  std::set<std::string> keys;
  for (const auto& row : rows.attributes[static_cast<std::size_t>(attribute_scope::shared)]) {
    keys.insert(row.key);
  }
  CHECK(keys == std::set<std::string>{"fw_title", "fw_version", "fw_tag", "fw_size", "fw_checksum",
                                      "fw_checksum_algorithm"});
}

} // namespace muster
