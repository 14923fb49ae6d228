#include "tests/actors_device/alarm_bench.hpp"

namespace muster::test {

namespace {

const user_id somebody{*parse_uuid("00000000-0000-4000-8000-0000000000dd")};
const customer_id theirs{*parse_uuid("00000000-0000-4000-8000-00000000cccc")};

std::string refusal(const reply& what) {
  const auto* problem = std::get_if<error>(&what);
  return problem != nullptr ? problem->message : std::string();
}

void make_customer(alarm_bench& d) {
  persistence::put_customer made;
  made.now.id = theirs;
  made.now.tenant = some_tenant();
  made.now.title = "Theirs";
  persistence::write change;
  change.mutations.emplace_back(made);
  REQUIRE(d.rows->commit({&change, 1}).front().what == persistence::write_outcome::kind::durable);
}

} // namespace

TEST_CASE("an alarm of a type that is active is that alarm") {
  alarm_bench d;
  const auto first = std::get<alarm>(d.save("hot"));
  CHECK(first.start == d.clock.at.wall);
  CHECK(first.end == first.start);
  CHECK(first.originator == device_of(1));
  CHECK(first.tenant == some_tenant());
  d.clock.advance(1'000);
  const auto again = std::get<alarm>(d.save("hot", alarm_severity::critical));
  CHECK(again.id == first.id);
  CHECK(again.severity == alarm_severity::critical);
  CHECK(again.version == 2);
  const auto other = std::get<alarm>(d.save("cold"));
  CHECK(other.id != first.id);
  d.crash();
  CHECK(std::get<alarm>(d.save("hot")).id == first.id);
  CHECK(d.all().size() == 2);
}

TEST_CASE("an alarm that was cleared is over for good") {
  alarm_bench d;
  const auto first = std::get<alarm>(d.save("hot"));
  CHECK(std::get<alarm>(d.change(first.id, alarm_action::clear)).cleared_at == d.clock.at.wall);
  CHECK(refusal(d.change(first.id, alarm_action::clear)) == "Alarm was already cleared!");
  const auto next = std::get<alarm>(d.save("hot"));
  CHECK(next.id != first.id);
  CHECK(d.stored().alarms.size() == 1);
  // What is changed of it does not touch the one that is active.
  CHECK(alarm_status(std::get<alarm>(d.change(first.id, alarm_action::acknowledge))) ==
        "CLEARED_ACK");
  CHECK(refusal(d.change(first.id, alarm_action::acknowledge)) ==
        "Alarm was already acknowledged!");
  alarm edited = *d.read_row(first.id);
  edited.severity = alarm_severity::warning;
  edited.cleared = false;
  const auto saved = std::get<alarm>(d.save(edited));
  CHECK(saved.severity == alarm_severity::warning);
  CHECK(saved.cleared);
  CHECK(alarm_status(*d.read_row(next.id)) == "ACTIVE_UNACK");
}

TEST_CASE("an alarm is assigned, and to nobody again") {
  alarm_bench d;
  const auto first = std::get<alarm>(d.save("hot"));
  CHECK(std::get<alarm>(d.change(first.id, alarm_action::assign, somebody)).assignee == somebody);
  CHECK(refusal(d.change(first.id, alarm_action::assign, somebody)) ==
        "Alarm was already assigned to this user!");
  CHECK_FALSE(std::get<alarm>(d.change(first.id, alarm_action::unassign)).assignee);
  CHECK(refusal(d.change(first.id, alarm_action::unassign)) == "Alarm was already unassigned!");
  CHECK(d.comments(first.id).size() == 2);
  CHECK(d.comments(first.id)[0].comment.text.find("to user b@x") != std::string::npos);
}

TEST_CASE("a saved alarm is acknowledged, cleared and assigned as it says") {
  alarm_bench d;
  alarm what;
  what.type = "hot";
  what.acknowledged = true;
  what.cleared = true;
  what.assignee = somebody;
  what.start = 5;
  const auto made = std::get<alarm>(d.save(what));
  CHECK(alarm_status(made) == "CLEARED_ACK");
  CHECK(made.assignee == somebody);
  CHECK(made.start == 5);
  CHECK(made.end == 5);
  CHECK(d.stored().alarms.empty());
  CHECK(d.comments(made.id).size() == 3);
  what = made;
  what.assignee.reset();
  CHECK_FALSE(std::get<alarm>(d.save(what)).assignee);
}

TEST_CASE("what was read before somebody else's change changes nothing") {
  alarm_bench d;
  const auto first = std::get<alarm>(d.save("hot"));
  const auto active = *d.read_row(first.id);
  d.change(first.id, alarm_action::clear);
  // It was active when it was read.
  CHECK(is_error(d.change_with(active, alarm_action::acknowledge), error_code::version_conflict));
  const auto cleared = *d.read_row(first.id);
  CHECK(is<alarm>(d.change_with(cleared, alarm_action::acknowledge)));
  CHECK(is_error(d.change_with(cleared, alarm_action::remove), error_code::version_conflict));
  CHECK(is<alarm>(d.change(first.id, alarm_action::remove)));
  CHECK(is_error(d.change_with(cleared, alarm_action::remove), error_code::version_conflict));
  CHECK(is_error(d.change(first.id, alarm_action::remove), error_code::version_conflict));
  CHECK(d.all().empty());
}

TEST_CASE("an alarm is deleted with its comments") {
  alarm_bench d;
  const auto first = std::get<alarm>(d.save("hot"));
  const auto said = std::get<alarm_comment>(d.comment(first.id, R"({"text":"look"})"));
  CHECK(said.created == d.clock.at.wall);
  CHECK(d.comments(first.id) == std::vector{said});
  d.change(first.id, alarm_action::clear);
  CHECK(is<alarm_comment>(d.comment(first.id, R"({"text":"gone?"})")));
  CHECK(d.comments(first.id).size() == 3);
  d.change(first.id, alarm_action::remove);
  CHECK(d.comments(first.id).empty());
  CHECK_FALSE(std::get<alarm>(d.save("hot")).id == first.id);
}

TEST_CASE(
    "active alarms follow their device to its customer, those of before stay where they were") {
  alarm_bench d;
  make_customer(d);
  alarm what;
  what.type = "old";
  what.cleared = true;
  const auto before = std::get<alarm>(d.save(what));
  what.type = "hot";
  what.cleared = false;
  what.propagation.to_owner = true;
  const auto active = std::get<alarm>(d.save(what));
  CHECK(active.shown_at == std::vector{some_tenant().value});
  d.application(assign_device{theirs});
  CHECK(d.read_row(active.id)->customer == theirs);
  CHECK(d.read_row(active.id)->shown_at == std::vector{theirs.value});
  CHECK_FALSE(d.read_row(before.id)->customer);
  const caller user{somebody, authority::customer_user, some_tenant(), theirs};
  const auto as_user = [&](const alarm_id& id) {
    return d.answer(d.send(
        user, change_alarm{id, alarm_action::acknowledge, std::nullopt, {}, d.read_row(id)}));
  };
  CHECK(is<alarm>(as_user(active.id)));
  CHECK(is_error(as_user(before.id), error_code::forbidden));
  CHECK(d.read_row(active.id)->acknowledged);
  // The state knows what it has stored.
  CHECK(is<alarm>(d.change(active.id, alarm_action::clear)));
}

TEST_CASE("a device has only so many active alarms") {
  alarm_bench d;
  for (std::size_t i = 0; i < max_active_alarms; ++i) {
    REQUIRE(is<alarm>(d.save(std::to_string(i))));
  }
  CHECK(is_error(d.save("one more"), error_code::overloaded));
  CHECK(is<alarm>(d.save("7")));
}

TEST_CASE("a deleted device leaves no alarm") {
  alarm_bench d;
  const auto first = std::get<alarm>(d.save("hot"));
  d.comment(first.id, "{}");
  d.application(delete_device{});
  CHECK(d.all().empty());
  CHECK(d.comments(first.id).empty());
}

} // namespace muster::test
