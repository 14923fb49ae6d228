#include "actors/directory/blocking_replies.hpp"
#include "actors/service/service.hpp"
#include "tests/actors_service/temporary_folder.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace muster {

namespace {

/// A real service with the demo tenant, closed and opened again at will.
class fleet_service {
public:
  fleet_service() {
    options.data_dir = folder.path() + "/data";
    options.data_min_free = 0;
    options.demo = true;
    open();
    const auto who = std::get<user>(ask(find_user_by_email{"tenant@thingsboard.org"}));
    administrator = {who.id, who.role, who.tenant, who.customer, "10.0.0.1", who.email};
    profile = std::get<device_profile>(ask(get_default_profile{administrator}));
  }

  void open() {
    below.reset();
    auto opened = service::open(options, clock);
    REQUIRE(opened.has_value());
    below = std::move(*opened);
  }

  reply ask(query what) {
    auto [handle, ticket] = replies.make();
    below->ask(std::move(what), std::move(handle));
    return ticket.wait();
  }
  reply apply(change what) {
    auto [handle, ticket] = replies.make();
    below->apply(std::move(what), std::move(handle));
    return ticket.wait();
  }
  reply send(const device_id& device, command_sender from, command_body body) {
    auto [handle, ticket] = replies.make();
    below->send({device, std::move(from), clock.now().steady + 10'000, std::move(body)},
                std::move(handle));
    return ticket.wait();
  }

  std::optional<token_owner> find(const std::string& token) {
    std::promise<result<std::optional<token_owner>>> found;
    below->find_token(token, [&](auto answer) { found.set_value(std::move(answer)); });
    return found.get_future().get().value();
  }

  device_info make(const std::string& name, const std::string& token) {
    make_device what;
    what.who = administrator;
    what.info.name = name;
    what.profile = profile.id;
    what.access_token = token;
    return std::get<device_info>(apply(what));
  }

  device_profile save(device_profile what) {
    return std::get<device_profile>(apply(save_profile{administrator, std::move(what), {}}));
  }

  package_info make_package() {
    package_info what;
    what.profile = profile.id;
    what.title = "firmware";
    what.release = "1";
    what.url = "http://elsewhere/firmware";
    return std::get<package_info>(apply(save_package{administrator, what, {}}));
  }

  /// Until it holds, for things that happen by themselves.
  void await(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      if (holds()) {
        return;
      }
      std::this_thread::yield();
    }
    FAIL("it did not come about in ten seconds");
  }

  temporary_folder folder;
  service_options options;
  system_clock_source clock;
  blocking_replies replies;
  std::unique_ptr<service> below;
  caller administrator;
  device_profile profile;
};

} // namespace

TEST_CASE("what a profile demands holds once its change is answered") {
  fleet_service at;
  at.make("device", "token");
  const auto* rules = at.find("token")->rules;
  REQUIRE(rules != nullptr);
  CHECK_FALSE(rules->special());
  at.profile.rules.device_telemetry_rate_limit = "5:1";
  at.profile.rules.default_ttl_seconds = 60;
  at.profile = at.save(at.profile);
  CHECK(rules->special());
  CHECK(rules->get()->device_telemetry_messages.begin()->count == 5);
  CHECK(at.below->cached_token("token")->rules == rules);
  at.open();
  CHECK(at.find("token")->rules->get()->default_ttl_seconds == 60);
}

TEST_CASE("a device that moves to another profile obeys that one") {
  fleet_service at;
  auto device = at.make("device", "token");
  device_profile other;
  other.name = "other";
  other.rules.codec = "cbor";
  other = at.save(other);
  CHECK_FALSE(at.find("token")->rules->special());
  REQUIRE(at.below->cached_token("token"));
  change_device what{at.administrator, device.id, {device, {}, {}, nullptr}, other.id};
  what.update.info.profile = other.id;
  device = std::get<device_info>(at.apply(what));
  CHECK(device.profile == other.id);
  at.await([&] { return !at.below->cached_token("token"); });
  const auto owner = at.find("token");
  CHECK(owner->rules->get()->codec == "cbor");
  CHECK(owner->credentials_version == 1);
  CHECK(std::holds_alternative<done>(
      at.send(device.id, device_sender{1}, save_telemetry{{{{}, {{"a", true}}}}, 0})));
}

TEST_CASE("a profile's package reaches its devices, also when the node stops meanwhile") {
  fleet_service at;
  std::vector<device_info> devices;
  for (int i = 0; i < 200; ++i) {
    const auto text = std::to_string(i);
    devices.push_back(at.make("device" + text, "token" + text));
  }
  const auto package = at.make_package();
  at.profile.firmware = package.id;
  at.profile = at.save(at.profile);
  at.open();
  at.await([&] {
    const auto status = std::get<rollout_status>(at.ask(get_rollout{at.administrator, package.id}));
    return status.told >= 200 && !status.running;
  });
  const auto shown = std::get<std::vector<attribute>>(at.send(
      devices.back().id, at.administrator, read_attributes{attribute_scope::shared, {{"fw_url"}}}));
  REQUIRE(shown.size() == 1);
  // Made afterwards, it knows from the first moment.
  const auto late = at.make("late", "late");
  CHECK(std::get<std::vector<attribute>>(
            at.send(late.id, at.administrator, read_attributes{attribute_scope::shared, {}}))
            .size() == 4);
}

TEST_CASE("a deleted tenant's devices are refused at once, and all of it goes") {
  fleet_service at;
  const auto device = at.make("device", "token");
  REQUIRE(at.find("token"));
  const auto admin = std::get<user>(at.ask(find_user_by_email{"sysadmin@thingsboard.org"}));
  const caller system{admin.id, admin.role, {}, {}, "", ""};
  CHECK(std::holds_alternative<done>(at.apply(delete_tenant{system, *at.administrator.tenant})));
  const auto refused =
      at.send(device.id, device_sender{1}, save_telemetry{{{{}, {{"a", true}}}}, 0});
  REQUIRE(std::holds_alternative<error>(refused));
  CHECK(std::get<error>(refused).code == error_code::unauthorized);
  at.open();
  at.await([&] { return !at.find("token"); });
  at.await([&] {
    return std::holds_alternative<error>(at.ask(find_user_by_email{"tenant@thingsboard.org"}));
  });
}

TEST_CASE("of a hundred devices that provision themselves under one name, one is made") {
  fleet_service at;
  at.profile.provisioning = provision_strategy::allow_create_new_devices;
  at.profile.provision_key = "key";
  at.profile.provision_secret = "secret";
  at.profile = at.save(at.profile);
  std::vector<blocking_replies::ticket> tickets;
  for (int i = 0; i < 100; ++i) {
    auto [handle, ticket] = at.replies.make();
    provision_device what;
    what.name = "the one";
    what.key = "key";
    what.secret = "secret";
    at.below->apply(what, std::move(handle));
    tickets.push_back(ticket);
  }
  int made = 0;
  for (auto& ticket : tickets) {
    const auto outcome = ticket.wait();
    if (std::holds_alternative<credentials>(outcome)) {
      ++made;
    } else {
      CHECK(std::get<error>(outcome).code == error_code::forbidden);
    }
  }
  CHECK(made == 1);
}

TEST_CASE("a hundred devices of one name that was pre-provisioned: one gets the credentials") {
  fleet_service at;
  at.make("the one", "token");
  at.profile.provisioning = provision_strategy::check_pre_provisioned_devices;
  at.profile.provision_key = "key";
  at.profile.provision_secret = "secret";
  at.profile = at.save(at.profile);
  std::vector<blocking_replies::ticket> tickets;
  for (int i = 0; i < 100; ++i) {
    auto [handle, ticket] = at.replies.make();
    provision_device what;
    what.name = "the one";
    what.key = "key";
    what.secret = "secret";
    at.below->apply(what, std::move(handle));
    tickets.push_back(ticket);
  }
  int given = 0;
  for (auto& ticket : tickets) {
    const auto outcome = ticket.wait();
    given += std::holds_alternative<credentials>(outcome) ? 1 : 0;
  }
  CHECK(given == 1);
}

TEST_CASE("of many users who claim a device at once, one gets it") {
  fleet_service at;
  const auto device = at.make("device", "token");
  CHECK(
      std::holds_alternative<done>(at.send(device.id, device_sender{1}, offer_claim{"secret", 0})));
  at.open();
  std::vector<caller> users;
  for (int i = 0; i < 20; ++i) {
    customer one;
    one.title = "claiming " + std::to_string(i);
    const auto made = std::get<customer>(at.apply(save_customer{at.administrator, one, {}}));
    users.push_back({{}, authority::customer_user, at.administrator.tenant, made.id, "", ""});
  }
  std::vector<blocking_replies::ticket> tickets;
  for (const auto& who : users) {
    auto [handle, ticket] = at.replies.make();
    at.below->send(
        {device.id, who, at.clock.now().steady + 10'000, claim_device{*who.customer, "secret"}},
        std::move(handle));
    tickets.push_back(ticket);
  }
  std::map<claim_result::outcome, int> outcomes;
  for (auto& ticket : tickets) {
    ++outcomes[std::get<claim_result>(ticket.wait()).what];
  }
  CHECK(outcomes[claim_result::outcome::success] == 1);
  CHECK(outcomes[claim_result::outcome::claimed] == 19);
}

TEST_CASE("what users change of a device is in the audit log, without values") {
  fleet_service at;
  const auto device = at.make("device", "token");
  at.send(device.id, at.administrator,
          save_attributes{attribute_scope::server, {{"password", std::string("hidden")}}});
  const auto found =
      std::get<page<audit_entry>>(at.ask(list_audit{at.administrator,
                                                    0,
                                                    INT64_MAX,
                                                    std::pair(entity_type::device, device.id.value),
                                                    {},
                                                    {},
                                                    {}}));
  const auto entry_at =
      std::find_if(found.data.begin(), found.data.end(), [](const audit_entry& one) {
        return one.action == audit_action::attributes_updated;
      });
  REQUIRE(entry_at != found.data.end());
  const auto& entry = *entry_at;
  CHECK(entry.entity_name == "device");
  CHECK(entry.user_name == "tenant@thingsboard.org");
  CHECK(entry.address == "10.0.0.1");
  CHECK(entry.data.text == R"({"scope":"SERVER_SCOPE","keys":["password"],"count":1})");
}

} // namespace muster
