#include "actors/rules/alarms/profile_alarms.hpp"
#include "actors/rules/owner_attributes.hpp"
#include "tests/actors_device/device_bench.hpp"
#include "tests/actors_rules/alarms/plain_alarms.hpp"
#include "tests/actors_rules/alarms/random_alarms.hpp"

#include <variant>

namespace muster::test {

namespace {

using json = nlohmann::ordered_json;
using namespace random_alarms;

struct saves_telemetry {
  std::string key;
  value val;
};
struct saves_attribute {
  attribute_scope scope;
  std::string key;
  value val;
};
/// Of the customer, or of the tenant.
struct changes_owner {
  bool customer;
  std::string key;
  value val;
};
struct moves {
  bool to_customer;
};
struct user_clears {};
struct time_passes {
  milliseconds span;
};
using alarm_step_of_story =
    std::variant<saves_telemetry, saves_attribute, changes_owner, moves, user_clears, time_passes>;

alarm_step_of_story random_step_of_story() {
  const auto attribute = [] { return one_of<std::string>({"a0", "a1", "limit"}); };
  switch (*rc::gen::inRange(0, 10)) {
  case 0:
    return saves_attribute{static_cast<attribute_scope>(*rc::gen::inRange(0, 3)), attribute(),
                           random_value()};
  case 1:
    return changes_owner{chance(2), "limit", random_value()};
  case 2:
    return changes_owner{chance(2), "hours", value(json_text{random_schedule().dump()})};
  case 3:
    return chance(2) ? alarm_step_of_story(moves{chance(2)}) : user_clears{};
  case 4:
  case 5:
    return time_passes{one_of<milliseconds>({900, 3'000, 12'000, 61'000, 7'200'000})};
  default:
    return saves_telemetry{one_of<std::string>({"t0", "t0", "t1"}), random_value()};
  }
}

/// A device with alarm rules, whose process dies once, beside a plain reader of the rules that is
/// told of what was acknowledged.
class alarm_story {
public:
  alarm_story(const json& profile, std::size_t dies_at) : model_(profile) {
    store_customer();
    device_rules rules;
    rules.tenant = some_tenant();
    rules.alarms = std::make_shared<const alarm_programs>(*read_profile_alarms(profile));
    rules.asked = asked_by(*rules.alarms);
    rules.owners = &owners_;
    entry_.set(std::move(rules));
    bench_.rules = &entry_;
    bench_.crash();
    bench_.commits = 0;
    bench_.dies_at = dies_at;
    world_.fields = {{"name", value(info_of(1).name)}, {"type", value(info_of(1).type)}};
    world_.owner.reset();
  }

  void act(const alarm_step_of_story& what) {
    pass(1'000);
    std::visit([this](const auto& one) { on(one); }, what);
    check();
  }

  std::size_t commits() const noexcept { return bench_.commits; }

private:
  void store_customer() {
    tenant of;
    of.id = some_tenant();
    of.title = "tenant";
    commit({persistence::put_tenant{std::nullopt, of},
            persistence::put_customer{std::nullopt,
                                      {owner_, 0, of.id, "owner", {}, false, {"null"}, 1}}});
  }

  void commit(std::vector<persistence::mutation> all) {
    persistence::write made;
    made.epoch = persistence::first_epoch;
    made.mutations = std::move(all);
    RC_ASSERT((bench_.rows->commit({&made, 1}).front().what ==
               persistence::write_outcome::kind::durable));
  }

  /// As the shell does before anything is applied.
  void read_owners() {
    const auto unread = bench_.state->owners_to_read();
    for (const auto& one : unread.which) {
      RC_ASSERT(unread.from->read(unread.tenant, one).has_value());
    }
  }

  void follow(alarm_update update) { model_.follow(update, bench_.clock.at.wall, world_); }

  void on(const saves_telemetry& what) {
    read_owners();
    bench_.device(telemetry(what.key, what.val));
    if (!bench_.died) {
      world_.telemetry[what.key] = what.val;
      follow({alarm_update::kind::telemetry, {}, {what.key}, bench_.clock.at.wall});
    }
  }
  void on(const saves_attribute& what) {
    read_owners();
    bench_.application(save_attributes{what.scope, {{what.key, what.val}}});
    if (!bench_.died) {
      world_.attributes[static_cast<std::size_t>(what.scope)][what.key] = what.val;
      follow({alarm_update::kind::attributes, what.scope, {what.key}, bench_.clock.at.wall});
    }
  }
  void on(const changes_owner& what) {
    const entity_ref of = what.customer ? entity_ref{entity_type::customer, owner_.value}
                                        : entity_ref{entity_type::tenant, some_tenant().value};
    commit({persistence::put_entity_attribute{of, {what.key, 1, what.val}}});
    owners_.changed(of);
    (what.customer ? world_.customers[owner_] : world_.tenant)[what.key] = what.val;
  }
  void on(const moves& what) {
    const auto to = what.to_customer ? std::optional(owner_) : std::nullopt;
    bench_.application(assign_device{to});
    world_.owner = bench_.state->info().customer;
  }
  void on(const user_clears&) {
    const auto active = bench_.stored().alarms;
    if (!active.empty()) {
      bench_.application(change_alarm{active.front().id, alarm_action::clear});
      if (!bench_.died) {
        model_.forget(active.front().type);
      }
    }
  }
  void on(const time_passes& what) { pass(what.span); }

  /// Every deadline is met, also when the process has died over it.
  void pass(milliseconds span) {
    const milliseconds end = bench_.clock.at.steady + span;
    for (;;) {
      const auto& now = bench_.clock.at;
      const milliseconds next = std::max(bench_.state->next_deadline(now), now.steady);
      if (next > end) {
        break;
      }
      bench_.clock.advance(next - now.steady);
      const auto due = bench_.stored().due_alarm_rules;
      read_owners();
      bench_.died = false;
      bench_.tick();
      if (due && *due <= now.wall && !bench_.died) {
        follow({alarm_update::kind::tick, {}, {}, *due});
      }
    }
    bench_.clock.advance(end - bench_.clock.at.steady);
  }

  void check() {
    const auto stored = bench_.stored();
    std::map<std::string, std::size_t> active;
    for (const auto& one : stored.alarms) {
      active[one.type] = static_cast<std::size_t>(one.severity);
    }
    RC_ASSERT(active == model_.active());
    std::multiset<std::array<std::int64_t, 3>> under_way;
    for (const auto& one : read_progress(stored.counters.progress)) {
      under_way.insert({one.since, one.since_here, one.repeats});
    }
    RC_ASSERT(under_way == model_.under_way());
  }

  const customer_id owner_{random_uuid()};
  device_bench bench_;
  owner_attributes owners_{*bench_.rows};
  rules_entry entry_;
  plain_alarms model_;
  alarm_world world_;
};

} // namespace

TEST_CASE("wherever the process dies, alarms and their rules are what was acknowledged") {
  CHECK(rc::check([] {
    const json profile = random_profile();
    RC_LOG() << profile.dump(1) << '\n';
    std::vector<alarm_step_of_story> steps;
    for (int i = *rc::gen::inRange(0, 14); i > 0; --i) {
      steps.push_back(random_step_of_story());
    }
    std::size_t commits = 0;
    for (std::size_t dies_at = SIZE_MAX; dies_at == SIZE_MAX || dies_at < commits;) {
      alarm_story story(profile, dies_at);
      for (const auto& one : steps) {
        story.act(one);
      }
      commits = dies_at == SIZE_MAX ? story.commits() : commits;
      ++dies_at;
    }
  }));
}

} // namespace muster::test
