#include "actors/service/service.hpp"

#include "actors/directory/blocking_replies.hpp"
#include "actors/service/password.hpp"
#include "actors/service/reset_administrator.hpp"
#include "tests/actors_service/temporary_folder.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <future>
#include <vector>

namespace muster {

namespace {

/// A real service on a folder; may be closed and opened again.
class service_fixture {
public:
  explicit service_fixture(bool demo) {
    options.data_dir = folder.path() + "/data";
    options.data_min_free = 0;
    options.demo = demo;
    open();
  }

  void open() {
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
    below->send({device, from, clock.now().steady + 10'000, std::move(body)}, std::move(handle));
    return ticket.wait();
  }

  result<std::optional<token_owner>> find(const std::string& token) {
    std::promise<result<std::optional<token_owner>>> found;
    below->find_token(token, [&](auto answer) { found.set_value(std::move(answer)); });
    return found.get_future().get();
  }

  caller tenant_administrator() {
    const auto who = std::get<user>(ask(find_user_by_email{"tenant@thingsboard.org"}));
    return {who.id, who.role, who.tenant, who.customer};
  }

  page<device_info> devices(const caller& who, std::optional<std::string> type = std::nullopt) {
    page_link all;
    all.size = 100;
    list_devices what;
    what.who = who;
    what.link = all;
    what.type = std::move(type);
    return std::get<page<device_info>>(ask(what));
  }

  temporary_folder folder;
  service_options options;
  system_clock_source clock;
  blocking_replies replies;
  std::unique_ptr<service> below;
};

} // namespace

TEST_CASE("the first start makes an administrator and says his password once") {
  service_fixture at(false);
  CHECK(std::holds_alternative<error>(at.ask(find_user_by_email{"sysadmin@thingsboard.org"})));
  const std::string password = at.below->make_administrator().value();
  CHECK(password.size() == 20);
  const auto found = std::get<user>(at.ask(find_user_by_email{"SysAdmin@thingsboard.org"}));
  CHECK(found.role == authority::system_administrator);
  CHECK(verify_password(password, found.password_hash));
  const std::string key = at.below->signing_key();
  CHECK(key.size() == 64);
  at.below.reset();
  at.open();
  CHECK(at.below->make_administrator().value().empty());
  CHECK(at.below->signing_key() == key);
}

TEST_CASE("the administrator can be given a new password, while no node runs") {
  service_fixture at(false);
  REQUIRE(at.below->make_administrator());
  CHECK_FALSE(reset_administrator(at.options, at.clock).has_value());
  at.below.reset();
  const auto password = reset_administrator(at.options, at.clock);
  REQUIRE(password.has_value());
  at.open();
  const auto found = std::get<user>(at.ask(find_user_by_email{"sysadmin@thingsboard.org"}));
  CHECK(verify_password(*password, found.password_hash));
  CHECK(at.below->token_valid(found.id, random_uuid(), found.tokens_valid_from - 1) == false);
  CHECK(at.below->token_valid(found.id, random_uuid(), found.tokens_valid_from) == true);
}

TEST_CASE("a password is not reset where there is no store, and none is made") {
  const temporary_folder folder;
  service_options options;
  for (const std::string& path : {folder.path() + "/mistyped", folder.path()}) {
    options.data_dir = path;
    const auto outcome = reset_administrator(options, system_clock_source());
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().message.find(path) != std::string::npos);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("the demo has ThingsBoard's users, devices and tokens") {
  service_fixture at(true);
  CHECK(at.below->make_administrator().value().empty());
  const caller who = at.tenant_administrator();
  const auto devices = at.devices(who);
  CHECK(devices.total == 9);
  const auto customer = std::get<user>(at.ask(find_user_by_email{"customer@thingsboard.org"}));
  CHECK(verify_password("customer", customer.password_hash));
  const caller as_customer{customer.id, customer.role, customer.tenant, customer.customer};
  const auto seen = at.devices(as_customer);
  CHECK(seen.total == 3);
  const auto thermostats = at.devices(who, "thermostat");
  CHECK(thermostats.total == 2);
  for (const char* token : {"A1_TEST_TOKEN", "DHT11_DEMO_TOKEN", "T2_TEST_TOKEN"}) {
    const auto owner = at.find(token);
    REQUIRE(owner.has_value());
    CHECK(owner->has_value());
    CHECK(at.below->cached_token(token));
  }
}

TEST_CASE("telemetry of a device is in its history and survives a restart") {
  service_fixture at(true);
  const auto owner = **at.find("A1_TEST_TOKEN");
  const device_sender self{owner.credentials_version};
  for (std::int64_t i = 0; i < 5; ++i) {
    save_telemetry message{{{1'000 + i, {{"k", value(i)}}}}, 0};
    REQUIRE(std::holds_alternative<done>(at.send(owner.device, self, std::move(message))));
  }
  at.below.reset();
  at.open();
  read_history asked;
  asked.who = at.tenant_administrator();
  asked.device = owner.device;
  asked.key = "k";
  asked.end = 2'000;
  const auto points = std::get<history_page>(at.ask(asked)).points;
  REQUIRE(points.size() == 5);
  CHECK(points.front() == data_point{1'004, value(std::int64_t{4})});
  asked.who.tenant = tenant_id{random_uuid()};
  CHECK(std::get<error>(at.ask(asked)).code == error_code::forbidden);
}

TEST_CASE("devices are made once, with names and tokens of their own") {
  service_fixture at(true);
  make_device what;
  what.who = at.tenant_administrator();
  what.info.name = "pump 1";
  what.info.type = "pump";
  what.access_token = "PUMP_TOKEN";
  const auto made = std::get<device_info>(at.apply(what));
  CHECK(made.type == "pump");
  CHECK((*at.find("PUMP_TOKEN"))->device == made.id);
  const auto same_name = std::get<error>(at.apply(what));
  CHECK(same_name.code == error_code::already_exists);
  what.info.name = "pump 2";
  const auto same_token = std::get<error>(at.apply(what));
  CHECK(same_token.code == error_code::already_exists);
  const auto found = at.ask(find_device_by_name{what.who, "pump 1"});
  CHECK(std::get<device_info>(found) == made);
}

TEST_CASE("after new credentials the old token is worth nothing, whatever the cache says") {
  service_fixture at(true);
  const caller who = at.tenant_administrator();
  const auto owner = **at.find("A1_TEST_TOKEN");
  auto access = std::get<credentials>(at.send(owner.device, who, read_credentials{}));
  access.credentials_id = "NEW_TOKEN";
  at.send(owner.device, who, save_credentials{access});
  const device_sender old{owner.credentials_version};
  const auto refused = at.send(owner.device, old, save_telemetry{{{1, {{"k", value(true)}}}}, 0});
  CHECK(std::get<error>(refused).code == error_code::unauthorized);
  CHECK_FALSE(*at.find("A1_TEST_TOKEN"));
  CHECK_FALSE(at.below->cached_token("A1_TEST_TOKEN"));
  CHECK((*at.find("NEW_TOKEN"))->device == owner.device);
}

TEST_CASE("a second node on the data folder is refused") {
  service_fixture at(false);
  const auto second = service::open(at.options, at.clock);
  REQUIRE_FALSE(second.has_value());
  CHECK_FALSE(second.error().message.empty());
}

TEST_CASE("options out of bounds are refused by name") {
  service_options options;
  options.actor_threads = 0;
  system_clock_source clock;
  const auto refused = service::open(options, clock);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message == "actors.threads must be between 1 and 1024, not 0");
}

TEST_CASE("a stopping service takes no new work") {
  service_fixture at(true);
  at.below->begin_shutdown();
  CHECK(std::get<error>(at.ask(get_user{})).code == error_code::shutting_down);
  CHECK(std::get<error>(at.apply(end_session{})).code == error_code::shutting_down);
}

TEST_CASE("the status counts what happened") {
  service_fixture at(true);
  const auto owner = **at.find("A1_TEST_TOKEN");
  // A commit is counted after its replies went out, so the second reply says the first is counted.
  for (timestamp ts : {1, 2}) {
    at.send(owner.device, device_sender{owner.credentials_version},
            save_telemetry{{{ts, {{"k", value(true)}}}}, 0});
  }
  const auto status = at.below->status();
  CHECK(status.active_devices == 1);
  CHECK(status.commits >= 1);
  CHECK(status.read_refusals == 0);
  CHECK(status.store_trouble.empty());
}

TEST_CASE(
    "of what waits at very many devices operators are told the oldest, and how much there is") {
  service_fixture at(true);
  constexpr std::size_t devices = 1'100;
  make_device what;
  what.who = at.tenant_administrator();
  std::vector<blocking_replies::ticket> waiting;
  for (std::size_t number = 0; number < devices; ++number) {
    what.info.name = "device " + std::to_string(number);
    const auto device = std::get<device_info>(at.apply(what)).id;
    auto [handle, ticket] = at.replies.make();
    at.below->send({device, device_sender{1}, at.clock.now().steady + 10'000,
                    poll_rpc{poll_id{number + 1}, 300'000, "192.0.2.7"}},
                   std::move(handle));
    waiting.push_back(ticket);
  }
  inspect polls;
  polls.who.role = authority::system_administrator;
  polls.what = "polls";
  polls.with = {{"limit", "7"}};
  nlohmann::json told;
  // A poll is there some time after it was sent.
  const milliseconds end = at.clock.now().steady + 30'000;
  do {
    told = nlohmann::json::parse(std::get<inspected>(at.ask(polls)).report.text);
  } while (told["total"] != devices && at.clock.now().steady < end);
  CHECK(told["total"] == devices);
  REQUIRE(told["polls"].size() == 7);
  CHECK(told["polls"][0]["peer"] == "192.0.2.7");
  CHECK(told["polls"][0]["age"] >= told["polls"][6]["age"]);
  polls.with = {{"limit", "many"}};
  CHECK(std::get<error>(at.ask(polls)).code == error_code::invalid);
  at.below->begin_shutdown();
}

} // namespace muster
