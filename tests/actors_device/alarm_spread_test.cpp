#include "actors/rules/alarms/profile_alarms.hpp"
#include "tests/actors_device/alarm_bench.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace muster::test {

namespace {

/// A device whose alarm rule propagates to entities that contain it.
struct spreading_device : alarm_bench {
  spreading_device() {
    device_rules held;
    held.alarms = std::make_shared<const alarm_programs>(*read_profile_alarms(
        nlohmann::ordered_json::parse(R"({"alarms":[{"id":"1","alarmType":"hot","propagate":true,
          "propagateRelationTypes":["Contains"],"createRules":{"MAJOR":{"condition":{"condition":[{
            "key":{"type":"TIME_SERIES","key":"t"},"valueType":"NUMERIC","predicate":{"type":"NUMERIC",
            "operation":"GREATER","value":{"defaultValue":30}}}],"spec":{"type":"SIMPLE"}}}}}]})")));
    entry.set(std::move(held));
    alarm_bench::rules = &entry;
    crash();
  }

  alarm raised() {
    clock.advance(1'000);
    device(telemetry("t", 31.0));
    return stored().alarms.at(0);
  }
  /// What the host was given to carry out: of which alarm.
  alarm_id asked() {
    REQUIRE(carried.size() == 1);
    return std::get<spread_work>(carried.front().what->what).alarm;
  }
  reply show(const alarm& one, std::vector<uuid> related) {
    change_alarm wanted{one.id, alarm_action::show, std::nullopt, {}, read_row(one.id), {}};
    wanted.related = std::move(related);
    return answer(send(system_sender{}, std::move(wanted)));
  }
  bool shown(const alarm_id& id, const uuid& at) {
    const auto row = read_row(id);
    persistence::alarm_list which{some_tenant()};
    which.filter.entity = at;
    const auto listed = rows->list_alarms(which, {}).value().data;
    const bool in_row = std::ranges::find(row->shown_at, at) != row->shown_at.end();
    CHECK(in_row == std::ranges::any_of(listed, [&](const auto& one) { return one.id == id; }));
    return in_row;
  }

  rules_entry entry;
};

} // namespace

TEST_CASE("related entities show an alarm that is propagated to them") {
  spreading_device d;
  const uuid parent = random_uuid();
  const auto hot = d.raised();
  CHECK(d.asked() == hot.id);
  CHECK(is<alarm>(d.show(hot, {parent})));
  CHECK(d.shown(hot.id, parent));
  d.worked(d.carried.front().number, work_done{});
  CHECK(d.stored().outbox.size() == 1);
  const auto version = d.read_row(hot.id)->version;
  CHECK(is<alarm>(d.show(hot, {parent})));
  CHECK(d.read_row(hot.id)->version == version);

  SECTION("and not only while it is as it was") {
    d.carried.clear();
    d.clock.advance(1'000);
    d.device(telemetry("t", 32.0));
    CHECK(d.carried.empty());
    CHECK(d.shown(hot.id, parent));
  }
  SECTION("also when the device gets a customer") {
    const customer_id owner{random_uuid()};
    persistence::write made;
    made.epoch = persistence::first_epoch;
    made.mutations = {persistence::put_customer{
        std::nullopt, {owner, 0, some_tenant(), "owner", {}, false, {"null"}, 1}}};
    REQUIRE(d.rows->commit({&made, 1}).front().what == persistence::write_outcome::kind::durable);
    REQUIRE(is<device_info>(d.answer(d.application(assign_device{owner}))));
    CHECK(d.read_row(hot.id)->customer == owner);
    CHECK(d.shown(hot.id, parent));
    d.crash();
    d.change(hot.id, alarm_action::acknowledge);
    CHECK(d.shown(hot.id, parent));
  }
}

TEST_CASE("what is to be shown elsewhere outlives a crash and the alarm's end") {
  spreading_device d;
  const uuid parent = random_uuid();
  const auto hot = d.raised();
  d.change(hot.id, alarm_action::clear);
  d.crash();
  CHECK(d.asked() == hot.id);
  CHECK(is<alarm>(d.show(hot, {parent})));
  CHECK(d.shown(hot.id, parent));
  CHECK(d.read_row(hot.id)->cleared);
}

TEST_CASE("an alarm that somebody saves is shown where he has looked") {
  alarm_bench d;
  alarm what;
  what.type = "odd";
  what.propagation.to_related = true;
  const uuid parent = random_uuid();
  const auto made =
      std::get<alarm>(d.answer(d.application(save_alarm{what, {}, nullptr, {parent, parent}})));
  CHECK(made.shown_at == std::vector{parent});
  CHECK(d.carried.empty());
}

TEST_CASE("nobody but the server says where an alarm is shown") {
  spreading_device d;
  const auto hot = d.raised();
  change_alarm wanted{hot.id, alarm_action::show};
  wanted.related = {random_uuid()};
  CHECK(is_error(d.answer(d.application(std::move(wanted))), error_code::forbidden));
  CHECK(d.read_row(hot.id)->shown_at.empty());
}

} // namespace muster::test
