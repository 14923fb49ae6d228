#include "actors/service/outbox_carrier.hpp"

#include "tests/actors_service/directory_fixture.hpp"

#include <chrono>
#include <future>

namespace muster {

namespace {

/// The carrier over the directory's store; commands to devices are answered as told.
struct carrying : directory_fixture {
  work_outcome carried(chain_work what) {
    std::promise<work_outcome> heard;
    auto outcome = heard.get_future();
    left_work left;
    left.what = std::move(what);
    const bool taken =
        carrier.carry(device, {1, std::make_shared<const left_work>(std::move(left))},
                      [&](work_outcome&& one) { heard.set_value(std::move(one)); });
    REQUIRE(taken);
    REQUIRE(outcome.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
    return outcome.get();
  }
  std::string why(chain_work what) {
    const auto outcome = carried(std::move(what));
    const auto* failed = std::get_if<work_failed>(&outcome);
    return failed != nullptr ? failed->why : "it did not fail";
  }

  std::optional<customer_id> given;
  reply device_says = done{};
  outbox_carrier carrier{
      {*store, clock,
       [](std::function<void()> work) {
         work();
         return true;
       },
       [this](command what, reply_handle to) {
         if (const auto* asked = std::get_if<assign_device>(&what.body)) {
           given = asked->customer;
         }
         sent = std::move(what);
         to.answer(std::move(device_says));
       },
       [this](change what, reply_handle to) { changes.carry_out(std::move(what), std::move(to)); },
       http_allowed()}};
  const device_id device = done_as<device_info>(request("")).id;
};

} // namespace

TEST_CASE("the carrier reads a device's history for its chains") {
  carrying at;
  persistence::write made;
  made.device = at.device;
  made.epoch = persistence::first_epoch;
  made.shard = shard_of(at.device);
  for (std::int64_t ts = 1; ts <= 4; ++ts) {
    made.mutations.emplace_back(persistence::append_history{
        ts, static_cast<std::uint64_t>(ts), {{"a", ts * 10}}, 0, false});
  }
  at.store->commit({&made, 1});
  const auto read = [&](history_work what) {
    return std::get<history_found>(at.carried(std::move(what))).points;
  };
  using points = std::vector<data_point>;
  const auto first = read({{"a", "b"}, 2, 9, aggregation::none, 1, false});
  REQUIRE(first.size() == 2);
  CHECK(first[0].first == "a");
  CHECK((first[0].second == points{{2, std::int64_t{20}}}));
  CHECK(first[1].second.empty());
  CHECK((read({{"a"}, 0, 9, aggregation::none, 2, true})[0].second ==
         points{{4, std::int64_t{40}}, {3, std::int64_t{30}}}));
  CHECK(read({{"a"}, 0, 9, aggregation::max, 5, false})[0].second.size() == 1);
}

TEST_CASE("the carrier looks for the entities that show an alarm, and tells the device") {
  carrying at;
  const auto parent = at.done_as<device_info>(at.request("", "parent")).id;
  alarm one;
  one.id = alarm_id{random_uuid()};
  one.originator = at.device;
  one.tenant = at.tenant;
  one.propagation = {true, false, false, {"Contains"}};
  persistence::write made;
  made.device = at.device;
  made.epoch = persistence::first_epoch;
  made.shard = shard_of(at.device);
  made.mutations = {persistence::put_alarm{std::nullopt, one}};
  const auto relate = [&](std::string type) {
    made.mutations.emplace_back(persistence::put_relation{{{entity_type::device, parent.value},
                                                           {entity_type::device, at.device.value},
                                                           std::move(type)}});
  };
  SECTION("of which there are some") {
    relate("Contains");
    at.store->commit({&made, 1});
    CHECK(std::holds_alternative<work_done>(at.carried(spread_work{one.id})));
    const auto shown = std::get<change_alarm>(at.sent.value().body);
    CHECK(shown.id == one.id);
    CHECK(shown.action == alarm_action::show);
    CHECK(shown.related == std::vector{parent.value});
    CHECK(*shown.stored == one);
  }
  SECTION("of which there are none") {
    relate("Heats");
    at.store->commit({&made, 1});
    CHECK(std::holds_alternative<work_done>(at.carried(spread_work{one.id})));
    CHECK_FALSE(at.sent);
  }
  SECTION("until it is done") {
    relate("Contains");
    at.store->commit({&made, 1});
    at.device_says = error{error_code::version_conflict, {}};
    CHECK(std::holds_alternative<try_again>(at.carried(spread_work{one.id})));
  }
  SECTION("but not of one that is gone") {
    CHECK(std::holds_alternative<work_done>(at.carried(spread_work{one.id})));
    CHECK_FALSE(at.sent);
  }
}

TEST_CASE("a store that fails is asked again") {
  carrying at;
  at.store->fail_reads(1);
  const auto outcome = at.carried(history_work{{"a"}, 0, 9, aggregation::none, 1, false});
  CHECK(std::holds_alternative<try_again>(outcome));
}

TEST_CASE("the carrier brings a message to another device") {
  carrying at;
  const device_id other{random_uuid()};
  CHECK(std::holds_alternative<work_done>(at.carried(hand_over_work{other})));
  REQUIRE(at.sent);
  CHECK(at.sent->device == other);
  const auto& brought = std::get<take_rule_message>(at.sent->body);
  CHECK(brought.from == at.device);
  CHECK(brought.number == 1);
  CHECK((decode_left_work(brought.message).value().what == chain_work(hand_over_work{other})));
  at.device_says = error{error_code::wrong_owner, {}};
  CHECK(std::holds_alternative<try_again>(at.carried(hand_over_work{other})));
  at.device_says = error{error_code::not_found, "gone"};
  CHECK(at.why(hand_over_work{other}) == "gone");
}

TEST_CASE("the carrier changes server attributes of customers") {
  carrying at;
  const entity_ref owner{entity_type::customer, at.made_customer("One").id.value};
  const auto limit = [&] { return at.store->read_entity_attributes(owner, {}).value(); };
  CHECK(std::holds_alternative<work_done>(
      at.carried(attributes_work{owner, {{"limit", std::int64_t{7}}}, {}})));
  REQUIRE(limit().size() == 1);
  CHECK(limit().front().val == value(std::int64_t{7}));
  CHECK(std::holds_alternative<work_done>(at.carried(attributes_work{owner, {}, {"limit"}})));
  CHECK(limit().empty());
  const entity_ref nobody{entity_type::customer, random_uuid()};
  CHECK(at.why(attributes_work{nobody, {{"limit", true}}, {}}).find("Customer") == 0);
}

TEST_CASE("the carrier gives a device to a customer") {
  carrying at;
  SECTION("who is there") {
    const auto one = at.made_customer("One");
    CHECK(std::holds_alternative<work_done>(at.carried(assign_work{"One", false})));
    CHECK(at.given == one.id);
  }
  SECTION("who is made for that") {
    CHECK(std::holds_alternative<work_done>(at.carried(assign_work{"Two", true})));
    const auto made = at.store->find_customer_by_title(at.tenant, "Two").value();
    REQUIRE(made);
    CHECK(at.given == made->id);
  }
  SECTION("who is not there") {
    CHECK(at.why(assign_work{"Three", false}) == "there is no customer \"Three\"");
  }
  SECTION("or to none") {
    at.given = customer_id{random_uuid()};
    CHECK(std::holds_alternative<work_done>(at.carried(assign_work{})));
    CHECK_FALSE(at.given);
  }
  SECTION("whose device has no time") {
    at.device_says = error{error_code::overloaded, {}};
    CHECK(std::holds_alternative<try_again>(at.carried(assign_work{})));
  }
  SECTION("whose device says no") {
    at.device_says = error{error_code::not_found, "gone"};
    CHECK(at.why(assign_work{}) == "gone");
  }
}

} // namespace muster
