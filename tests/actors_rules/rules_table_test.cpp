#include "actors/rules/rules_table.hpp"
#include "persistence/memory/memory_store.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"

#include <optional>
#include <vector>

namespace muster {

namespace {

class fixture {
public:
  fixture() {
    of.id = tenant_id{random_uuid()};
    of.title = "tenant";
    profile.id = profile_id{random_uuid()};
    profile.tenant = of.id;
    profile.name = "profile";
  }

  void store() {
    persistence::write made;
    made.epoch = persistence::first_epoch;
    made.mutations = {persistence::put_tenant{std::nullopt, of},
                      persistence::put_profile{std::nullopt, profile}};
    const auto outcome = rows->commit({&made, 1});
    REQUIRE(outcome.front().what == persistence::write_outcome::kind::durable);
  }

  hand_clock clock;
  std::unique_ptr<persistence::memory_store> rows = persistence::make_memory_store(clock);
  tenant of;
  device_profile profile;
  script_engine scripts;
  rules_table table{*rows, scripts};
};

} // namespace

TEST_CASE("a profile without rules is nothing special") {
  fixture at;
  at.store();
  const auto* entry = at.table.get(at.of.id, at.profile.id).value();
  CHECK_FALSE(entry->special());
  CHECK(entry->get()->tenant == at.of.id);
  CHECK(entry->get()->profile == at.profile.id);
  CHECK(at.table.get(at.of.id, at.profile.id).value() == entry);
  CHECK(at.table.at(entry->number()) == entry);
  CHECK(at.table.at(0) == nullptr);
}

TEST_CASE("rules follow the commits, the profile's limits before the tenant's") {
  fixture at;
  at.of.limits.device_messages = "5:1";
  at.of.limits.device_telemetry_messages = "6:1";
  at.of.limits.tenant_data_points = "7:1";
  at.store();
  const auto* entry = at.table.get(at.of.id, at.profile.id).value();
  CHECK(entry->special());
  CHECK(entry->get()->device_messages.begin()->count == 5);
  CHECK(entry->get()->tenant_data_points.begin()->count == 7);

  at.profile.version = 2;
  at.profile.rules.device_rate_limit = "9:1";
  at.profile.rules.default_ttl_seconds = 60;
  const auto held = entry->get();
  at.table.changed(at.profile);
  CHECK(entry->get()->device_messages.begin()->count == 9);
  CHECK(entry->get()->device_telemetry_messages.begin()->count == 6);
  CHECK(entry->get()->default_ttl_seconds == 60);
  CHECK(held->device_messages.begin()->count == 5);

  at.of.version = 2;
  at.of.limits = {};
  at.table.changed(at.of);
  CHECK(entry->get()->device_telemetry_messages.empty());
  CHECK(entry->get()->device_messages.begin()->count == 9);

  at.profile.version = 3;
  at.profile.rules = {};
  at.table.changed(at.profile);
  CHECK_FALSE(entry->special());
}

TEST_CASE("older news than what is known is none") {
  fixture at;
  at.profile.version = 5;
  at.profile.rules.codec = "cbor";
  at.store();
  const auto* entry = at.table.get(at.of.id, at.profile.id).value();
  at.profile.version = 4;
  at.profile.rules.codec = "json";
  at.table.changed(at.profile);
  CHECK(entry->get()->codec == "cbor");
}

TEST_CASE("a tenant that is deleted, or was, has refused devices") {
  fixture at;
  at.store();
  const auto* entry = at.table.get(at.of.id, at.profile.id).value();
  CHECK_FALSE(entry->special());
  at.table.deleted(at.of.id);
  CHECK(entry->special());
  CHECK(entry->get()->tenant_gone);
  at.of.version = 9;
  at.table.changed(at.of);
  CHECK(entry->get()->tenant_gone);

  fixture empty;
  CHECK(empty.table.get(empty.of.id, empty.profile.id).value()->get()->tenant_gone);
}

TEST_CASE("entries stay where they are, however many come") {
  fixture at;
  at.store();
  std::vector<const rules_entry*> entries;
  for (int i = 0; i < 1'000; ++i) {
    entries.push_back(at.table.get(at.of.id, profile_id{random_uuid()}).value());
    CHECK(entries.back()->number() == entries.size());
  }
  for (const auto* entry : entries) {
    CHECK(at.table.at(entry->number()) == entry);
  }
}

TEST_CASE("what is saved is checked") {
  profile_rules rules;
  CHECK(check(rules).has_value());
  rules.device_telemetry_rate_limit = "20";
  CHECK(check(rules).error().code == error_code::invalid);
  tenant_limits limits;
  CHECK(check(limits).has_value());
  limits.device_data_points = "x";
  CHECK(check(limits).error().code == error_code::invalid);
}

TEST_CASE("what is not trusted any more holds until it is read again") {
  fixture at;
  at.of.limits.device_messages = "5:1";
  at.store();
  const auto* entry = at.table.get(at.of.id, at.profile.id).value();
  persistence::write made;
  made.epoch = persistence::first_epoch;
  tenant now = at.of;
  now.version = 2;
  now.limits.device_messages = "9:1";
  made.mutations = {persistence::put_tenant{at.of, now}};
  REQUIRE(at.rows->commit({&made, 1}).front().what == persistence::write_outcome::kind::durable);
  CHECK(at.table.get(at.of.id, at.profile.id).value()->get()->device_messages.begin()->count == 5);

  at.table.distrust();
  CHECK_FALSE(at.table.peek(at.of.id, at.profile.id).second);
  CHECK(entry->get()->device_messages.begin()->count == 5);
  CHECK(at.table.get(at.of.id, at.profile.id).value() == entry);
  CHECK(entry->get()->device_messages.begin()->count == 9);
  CHECK(at.table.peek(at.of.id, at.profile.id).second);
}

TEST_CASE("a tenant that is gone stays so, whatever is not trusted") {
  fixture at;
  at.store();
  const auto* entry = at.table.get(at.of.id, at.profile.id).value();
  at.table.deleted(at.of.id);
  at.table.distrust();
  CHECK(at.table.get(at.of.id, at.profile.id).value()->get()->tenant_gone);
  CHECK(entry->get()->tenant_gone);
}

TEST_CASE("a chain that another node has deleted is known by its identifier alone") {
  fixture at;
  at.store();
  const auto* entry = at.table.get(at.of.id, at.profile.id).value();
  rule_chain chain;
  chain.id = rule_chain_id{random_uuid()};
  chain.tenant = at.of.id;
  chain.root = true;
  at.table.changed(chain);
  CHECK(entry->get()->entry != nullptr);
  at.table.deleted(rule_chain_id{random_uuid()});
  CHECK(entry->get()->entry != nullptr);
  at.table.deleted(chain.id);
  CHECK(entry->get()->entry == nullptr);
}

TEST_CASE("while the root moves from one chain to another there is one") {
  fixture at;
  at.store();
  const auto* entry = at.table.get(at.of.id, at.profile.id).value();
  rule_chain first;
  first.id = rule_chain_id{random_uuid()};
  first.tenant = at.of.id;
  first.root = true;
  rule_chain second = first;
  second.id = rule_chain_id{random_uuid()};
  second.root = false;
  at.table.changed(first);
  at.table.changed(second);
  first.root = false;
  ++first.version;
  second.root = true;
  ++second.version;
  const bool old_first = GENERATE(true, false);
  at.table.changed(old_first ? first : second);
  REQUIRE(entry->get()->entry != nullptr);
  at.table.changed(old_first ? second : first);
  CHECK(entry->get()->entry->id == second.id);
}

} // namespace muster
