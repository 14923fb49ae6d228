#include "actors/rules/alarms/profile_alarms.hpp"
#include "tests/actors_rules/alarms/plain_alarms.hpp"
#include "tests/actors_rules/alarms/random_alarms.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

namespace muster {

namespace {

using json = nlohmann::ordered_json;
using namespace test::random_alarms;

/// The rules of a profile and their plain reader, side by side.
struct both_alarms {
  explicit both_alarms(const json& profile)
      : programs(*read_profile_alarms(profile)), model(profile) {}

  void follow(const alarm_update& update) {
    const auto expected = model.follow(update, now, world);
    world.done.clear();
    next = world.follow(programs, update, now);
    changed_unseen.reset();
    std::vector<std::string> done;
    for (const auto& one : world.done) {
      done.push_back(one.substr(0, std::min(one.find(" repeats"), one.find(" lasted"))));
    }
    RC_ASSERT(done == expected);
    RC_ASSERT(!next || *next > now);
  }

  alarm_update tick() const {
    return {alarm_update::kind::tick, {}, {}, next ? std::min(*next, now) : now};
  }

  /// Time passes; deadlines are kept, and no rule becomes true by itself between them.
  void pass(milliseconds span) {
    const timestamp until = now + span;
    while (next && *next <= until) {
      nothing_until(*next - 1);
      now = *next;
      follow(tick());
    }
    nothing_until(until);
    now = until;
  }

  /// What others have changed counts after a minute at the latest, where something is under way.
  void nothing_until(timestamp end) {
    const timestamp at = changed_unseen ? std::max(*changed_unseen, now) + 60'001 : end;
    if (at <= now || at > end) {
      return;
    }
    auto copy = model;
    const timestamp since = changed_unseen ? at : now + 1;
    RC_ASSERT(copy.follow({alarm_update::kind::tick, {}, {}, since}, at, world).empty());
  }

  alarm_programs programs;
  test::plain_alarms model;
  test::alarm_world world;
  timestamp now = 1'700'000'000'000;
  std::optional<timestamp> next;
  /// Since when values of the owners are not what they were when rules were looked at last.
  std::optional<timestamp> changed_unseen;
};

void random_save(both_alarms& both) {
  const bool telemetry = !chance(3);
  const auto scope = static_cast<attribute_scope>(*rc::gen::inRange(0, 3));
  std::vector<std::string> keys{one_of<std::string>({"t0", "t0", "t1", "a0", "a1", "limit"})};
  if (chance(3)) {
    keys.push_back("other");
  }
  auto& values =
      telemetry ? both.world.telemetry : both.world.attributes[static_cast<std::size_t>(scope)];
  for (const auto& key : keys) {
    values[key] = random_value();
  }
  alarm_update update{telemetry ? alarm_update::kind::telemetry : alarm_update::kind::attributes,
                      scope,
                      {keys.begin(), keys.end()},
                      both.now};
  update.ts += one_of<timestamp>({0, 0, 0, -5'000, -3'600'000, 4'000});
  both.follow(update);
}

void change_owners(test::alarm_world& world) {
  static const std::vector<customer_id> customers{{random_uuid()}, {random_uuid()}};
  if (chance(3)) {
    world.owner = chance(3) ? std::nullopt : std::optional(one_of(customers));
    return;
  }
  auto& values = chance(2) ? world.tenant : world.customers[one_of(customers)];
  if (chance(2)) {
    values["limit"] = random_value();
  } else {
    values["hours"] =
        chance(4) ? value(std::string("never")) : value(json_text{random_schedule().dump()});
  }
}

void random_step(both_alarms& both) {
  switch (*rc::gen::inRange(0, 12)) {
  case 0:
    both.world.progress = read_progress(write_progress(both.world.progress));
    return;
  case 1:
    // The clock is set; who keeps deadlines looks again then.
    both.now += one_of<milliseconds>({-7'000, -1, 9'000, 86'400'000});
    both.follow(both.tick());
    return;
  case 2: {
    const std::string type = "alarm" + std::to_string(*rc::gen::inRange(1, 4));
    both.world.alarms.erase(type);
    both.model.forget(type);
    forget_progress(both.programs, type, both.world.progress);
    return;
  }
  case 3:
    change_owners(both.world);
    if (chance(2)) {
      both.follow(both.tick());
    } else {
      both.changed_unseen = both.changed_unseen.value_or(both.now);
    }
    return;
  case 4:
  case 5:
  case 6:
    both.pass(one_of<milliseconds>({1, 900, 1'000, 3'000, 12'000, 40'000, 7'200'000}));
    return;
  default:
    random_save(both);
  }
}

} // namespace

TEST_CASE("alarm rules do what a plain reader of their JSON does") {
  REQUIRE(rc::check("random rules over random values and time", [] {
    const json profile = random_profile();
    RC_LOG() << profile.dump(1) << '\n';
    const auto read = read_profile_alarms(profile);
    RC_ASSERT(read.has_value());
    both_alarms both(profile);
    for (int step = 0; step < 60; ++step) {
      random_step(both);
    }
  }));
}

TEST_CASE("progress is read as it was written") {
  REQUIRE(rc::check("progress", [] {
    rules_progress progress;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      progress.push_back({*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::int64_t>(),
                          *rc::gen::arbitrary<std::int64_t>(),
                          *rc::gen::arbitrary<std::int64_t>()});
    }
    RC_ASSERT(read_progress(write_progress(progress)) == progress);
  }));
  CHECK(write_progress({}).empty());
  for (const auto* wrong : {"", "{}", "[1]", "[[1,2,3]]", "[[1,2,3,\"4\"]]", "[["}) {
    CHECK(read_progress(wrong).empty());
  }
}

} // namespace muster
