#include "tests/actors_registry/simulation.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("a device's telemetry is durable when it is answered") {
  simulation node;
  store_device(*node.rows, 1);
  node.hold_commits = true;
  const auto saved = node.from_device(1, telemetry("temperature", std::int64_t{42}));
  node.run();
  CHECK_FALSE(node.answered(saved));
  node.hold_commits = false;
  node.run();
  CHECK(is<done>(node.answer(saved)));
  const auto read = node.from_application(1, read_latest{});
  node.run();
  const auto& values = std::get<std::vector<latest_value>>(node.answer(read));
  REQUIRE(values.size() == 1);
  CHECK(values[0].key == "temperature");
  CHECK(values[0].ts == node.clock.at.wall);
}

TEST_CASE("a read of what is not yet durable waits for it") {
  simulation node;
  store_device(*node.rows, 1);
  node.hold_commits = true;
  node.from_device(1, telemetry("a", true));
  const auto read = node.from_application(1, read_latest{});
  node.run();
  CHECK_FALSE(node.answered(read));
  node.hold_commits = false;
  node.run();
  CHECK(node.answered(read));
}

TEST_CASE("an unknown device is refused and its actor leaves at once") {
  simulation node;
  const auto saved = node.from_device(9, telemetry("a", true));
  const auto read = node.from_application(9, read_device{});
  node.run();
  CHECK(is_error(node.answer(saved), error_code::unauthorized));
  CHECK(is_error(node.answer(read), error_code::not_found));
  CHECK(node.status().active_devices == 0);
}

TEST_CASE("names and tokens are taken once") {
  simulation node;
  store_device(*node.rows, 1);
  store_device(*node.rows, 2);
  auto twin = info_of(2);
  twin.name = info_of(1).name;
  const auto name = node.from_application(2, update_device{twin, {}});
  const auto token = node.from_application(2, save_credentials{access_of(1)});
  auto renamed = info_of(2);
  renamed.name = "device 4";
  const auto fine = node.from_application(2, update_device{renamed, {}});
  node.run();
  CHECK(std::get<error>(node.answer(name)) ==
        error{error_code::already_exists, "Device with such name already exists!"});
  CHECK(std::get<error>(node.answer(token)) ==
        error{error_code::already_exists,
              "Device credentials are already assigned to another device!"});
  CHECK(std::get<device_info>(node.answer(fine)).name == "device 4");
  CHECK(node.status().active_devices == 1);
  const auto saved = node.from_device(2, telemetry("a", true));
  node.run();
  CHECK(is<done>(node.answer(saved)));
}

TEST_CASE("commands behind an exclusive change wait for it") {
  simulation node;
  store_device(*node.rows, 1);
  const auto polled = node.from_device(1, poll_rpc{poll_id{1}, 60'000});
  node.run();
  auto access = access_of(1);
  access.credentials_id = "another";
  const auto changed = node.from_application(1, save_credentials{access});
  const auto late = node.from_device(1, telemetry("a", true));
  node.run();
  CHECK(std::get<credentials>(node.answer(changed)).version == 2);
  CHECK(is_error(node.answer(polled), error_code::unauthorized));
  CHECK(is_error(node.answer(late), error_code::unauthorized));
  CHECK(node.changed_credentials == std::vector<std::string>{"token-1"});
}

TEST_CASE("deleting a device ends its polls and its callers, and it leaves") {
  simulation node;
  store_device(*node.rows, 1);
  const auto polled = node.from_device(1, poll_attributes{poll_id{1}, 60'000});
  rpc_request ask;
  ask.method = "m";
  ask.expiration = node.clock.at.wall + 10'000;
  const auto called = node.from_application(1, send_rpc{ask});
  node.run();
  CHECK(node.status().parked_polls == 1);
  const auto gone = node.from_application(1, delete_device{});
  node.run();
  CHECK(is<done>(node.answer(gone)));
  CHECK(is_error(node.answer(polled), error_code::unauthorized));
  CHECK(is_error(node.answer(called), error_code::not_found));
  CHECK(node.status().active_devices == 0);
  CHECK(node.status().parked_polls == 0);
  CHECK_FALSE(node.rows->read_device(device_of(1)).value());
}

TEST_CASE("polls end by the timer at the time they asked for") {
  simulation node;
  store_device(*node.rows, 1);
  const auto polled = node.from_device(1, poll_rpc{poll_id{1}, 45'000});
  node.pass(44'999);
  CHECK_FALSE(node.answered(polled));
  node.pass(1);
  CHECK(is_error(node.answer(polled), error_code::poll_timeout));
}

TEST_CASE("an idle device leaves, and is found again as it was") {
  simulation node;
  store_device(*node.rows, 1);
  const auto saved = node.from_device(1, telemetry("a", std::int64_t{7}, 1'000));
  node.run();
  CHECK(is<done>(node.answer(saved)));
  node.pass(599'000);
  CHECK(node.status().active_devices == 1);
  node.pass(1'001);
  CHECK(node.status().active_devices == 0);
  const auto read = node.from_application(1, read_latest{});
  node.run();
  CHECK(std::get<std::vector<latest_value>>(node.answer(read)).size() == 1);
}

TEST_CASE("a device with a parked poll does not leave") {
  simulation node;
  store_device(*node.rows, 1);
  const auto polled = node.from_device(1, poll_rpc{poll_id{1}, 10'000'000});
  for (int minute = 0; minute < 30; ++minute) {
    node.pass(60'000);
  }
  CHECK(node.status().active_devices == 1);
  CHECK_FALSE(node.answered(polled));
}

TEST_CASE("beyond the bound the least recently used devices leave") {
  service_options options;
  options.max_resident = 2;
  simulation node(1, options);
  for (const std::uint8_t number : {1, 2, 3}) {
    store_device(*node.rows, number);
    const auto saved = node.from_device(number, telemetry("a", std::int64_t{number}));
    node.run();
    CHECK(is<done>(node.answer(saved)));
  }
  CHECK(node.status().active_devices == 2);
  CHECK(node.status().passivations == 1);
  const auto read = node.from_application(2, read_latest{});
  node.run();
  CHECK(node.status().activations == 3);
  const auto again = node.from_application(1, read_latest{});
  node.run();
  CHECK(node.status().activations == 4);
  const auto& found = std::get<std::vector<latest_value>>(node.answer(again));
  REQUIRE(found.size() == 1);
  CHECK(found[0].val == value(std::int64_t{1}));
  CHECK(std::get<std::vector<latest_value>>(node.answer(read)).front().val ==
        value(std::int64_t{2}));
}

TEST_CASE("a trace ends with its device, and tells nothing of the one that gets its place") {
  service_options options;
  options.max_resident = 1;
  simulation node(1, options);
  store_device(*node.rows, 1);
  store_device(*node.rows, 2);
  const auto look = [&node](std::uint8_t device) {
    const auto asked =
        node.send(device, system_sender{}, inspect_device{inspect_device::wish::trace});
    node.run();
    return std::get<inspected>(node.answer(asked)).report.text;
  };
  node.from_application(1, read_latest{});
  node.run();
  look(1);
  node.from_application(1, read_latest{});
  node.run();
  CHECK(look(1).find("read_latest") != std::string::npos);
  node.from_application(2, read_latest{});
  node.run();
  REQUIRE(node.status().active_devices == 1);
  REQUIRE(node.status().passivations == 1);
  CHECK(look(2).find("read_latest") == std::string::npos);
}

TEST_CASE("a device that is asked tells how much memory it takes, and is no busier for it") {
  service_options options;
  options.max_resident = 1;
  simulation node(1, options);
  store_device(*node.rows, 1);
  store_device(*node.rows, 2);
  const auto facts = [&node] { return node.devices->residents().at(0); };
  node.from_application(
      1, save_attributes{attribute_scope::server, {{"note", std::string(5'000, 'x')}}});
  node.run();
  CHECK(facts().bytes == 0);
  const auto before = facts();
  node.clock.advance(1'000);
  node.devices->measure_devices(std::vector{before.device, device_id{random_uuid()}});
  node.run();
  CHECK(facts().bytes > 5'000);
  CHECK(facts().bytes < 20'000);
  CHECK(facts().commands == before.commands);
  CHECK(facts().idle == before.idle + 1'000);
  // Its place is the other's, its size is not.
  node.from_application(2, read_latest{});
  node.run();
  REQUIRE(facts().device != before.device);
  CHECK(facts().bytes == 0);
}

TEST_CASE("a device with something to save stores it before it makes room") {
  service_options options;
  options.max_resident = 1;
  simulation node(1, options);
  store_device(*node.rows, 1);
  store_device(*node.rows, 2);
  const timestamp spoke = node.clock.at.wall;
  node.from_device(1, read_device_attributes{});
  node.run();
  node.clock.advance(1'000);
  node.from_device(2, telemetry("a", true));
  node.run();
  CHECK(node.status().active_devices == 1);
  CHECK(node.status().passivations == 1);
  CHECK(node.rows->read_device(device_of(1)).value()->latest.seen.last_activity == spoke);
}

TEST_CASE("a device that made room is woken by its deadline in the store") {
  service_options options;
  options.max_resident = 1;
  simulation node(1, options);
  store_device(*node.rows, 1);
  store_device(*node.rows, 2);
  node.from_device(1, telemetry("a", true));
  node.run();
  node.from_application(2, read_latest{});
  node.run();
  CHECK(node.status().passivations == 1);
  CHECK(node.rows->read_device(device_of(1)).value()->due_inactivity);
  node.pass(600'001);
  node.pass(1'100);
  CHECK_FALSE(node.rows->read_device(device_of(1)).value()->due_inactivity);
}

TEST_CASE("inactivity of a device that has left is noticed") {
  simulation node;
  store_device(*node.rows, 1);
  node.from_application(1, save_attributes{attribute_scope::server,
                                           {{"inactivityTimeout", std::int64_t{3'000'000}}}});
  node.from_device(1, telemetry("a", true));
  node.pass(600'001);
  REQUIRE(node.status().active_devices == 0);
  node.pass(3'000'000);
  node.pass(1'100);
  const auto read = node.from_application(
      1, read_attributes{attribute_scope::server, std::vector<std::string>{"active"}});
  node.run();
  const auto& found = std::get<std::vector<attribute>>(node.answer(read));
  REQUIRE(found.size() == 1);
  CHECK(found[0].val == value(false));
  CHECK(found[0].last_update <= node.clock.at.wall);
}

TEST_CASE("what has waited beyond its deadline is dropped") {
  simulation node;
  store_device(*node.rows, 1);
  const auto late =
      node.send(1, device_sender{1}, telemetry("a", true), node.clock.at.steady + 100);
  node.clock.advance(100);
  node.run();
  CHECK(is_error(node.answer(late), error_code::overloaded));
  CHECK(node.submitted_rows == 0);
}

TEST_CASE("a full mailbox refuses at once") {
  simulation node;
  store_device(*node.rows, 1);
  std::vector<std::uint64_t> requests;
  for (int i = 0; i < 1'025; ++i) {
    requests.push_back(node.from_device(1, telemetry("a", std::int64_t{i})));
  }
  CHECK(is_error(node.answer(requests.back()), error_code::overloaded));
  node.run();
  CHECK(is<done>(node.answer(requests.front())));
  CHECK(is<done>(node.answer(requests[1'023])));
  CHECK(node.status().overloads == 1);
}

TEST_CASE("after the shutdown began new commands are refused") {
  simulation node;
  store_device(*node.rows, 1);
  node.devices->begin_shutdown();
  CHECK(is_error(node.answer(node.from_device(1, read_latest{})), error_code::shutting_down));
}

TEST_CASE("the end saves when a device last spoke") {
  simulation node;
  store_device(*node.rows, 1);
  node.from_device(1, poll_rpc{poll_id{1}, 0});
  node.run();
  const auto spoke = node.clock.at.wall;
  node.devices->stop();
  node.run();
  CHECK(node.rows->read_device(device_of(1)).value()->latest.seen.last_activity == spoke);
}
