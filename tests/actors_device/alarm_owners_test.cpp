#include "actors/rules/alarms/profile_alarms.hpp"
#include "actors/rules/owner_attributes.hpp"
#include "tests/actors_device/lone_host.hpp"

#include <nlohmann/json.hpp>

namespace muster::test {

namespace {

using ordered = nlohmann::ordered_json;

/// A device whose alarm rule has its threshold from an attribute of the customer, or the tenant.
struct owned_device {
  owned_device() {
    store_owners();
    device_rules rules;
    rules.tenant = some_tenant();
    rules.alarms = std::make_shared<const alarm_programs>(*read_profile_alarms(ordered::parse(
        R"({"alarms":[{"id":"1","alarmType":"hot","createRules":{"MAJOR":{"condition":
          {"condition":[{"key":{"type":"TIME_SERIES","key":"t"},"valueType":"NUMERIC","predicate":{"type":"NUMERIC",
            "operation":"GREATER","value":{"defaultValue":100,"dynamicValue":{"sourceType":"CURRENT_CUSTOMER",
            "sourceAttribute":"limit","inherit":true}}}}],"spec":{"type":"SIMPLE"}}}}}]})")));
    rules.asked = asked_by(*rules.alarms);
    rules.owners = &owners;
    entry.set(std::move(rules));
    at.emplace(&entry);
  }

  void store_owners() {
    tenant of;
    of.id = some_tenant();
    of.title = "tenant";
    customer first{{random_uuid()}, 0, of.id, "first", {}, false, {"null"}, 1};
    customer second{{random_uuid()}, 0, of.id, "second", {}, false, {"null"}, 1};
    commit({persistence::put_tenant{std::nullopt, of},
            persistence::put_customer{std::nullopt, first},
            persistence::put_customer{std::nullopt, second}});
    customers = {first.id, second.id};
  }

  void commit(std::vector<persistence::mutation> all) {
    persistence::write made;
    made.epoch = persistence::first_epoch;
    made.mutations = std::move(all);
    REQUIRE(rows->commit({&made, 1}).front().what == persistence::write_outcome::kind::durable);
  }

  void set(const entity_ref& of, std::int64_t limit) {
    commit({persistence::put_entity_attribute{of, {"limit", 1, limit}}});
    owners.changed(of);
  }
  entity_ref owner(std::size_t which) const {
    return {entity_type::customer, customers[which].value};
  }

  /// Whether the value raised the alarm, which is cleared then.
  bool raises(double value) {
    const auto before = at->host.submitted.size();
    at->device(telemetry("t", value));
    while (!at->host.reads.empty()) {
      at->read();
    }
    bool raised = false;
    REQUIRE(at->host.submitted.size() == before + 1);
    for (const auto& one : at->host.submitted.back().changes.mutations) {
      if (const auto* put = std::get_if<persistence::put_alarm>(&one)) {
        raised = true;
        at->application(change_alarm{put->now.id, alarm_action::clear});
      }
    }
    return raised;
  }

  /// As a commit that is durable at once.
  void assign(std::optional<customer_id> to) {
    at->application(assign_device{to});
    at->settle();
  }

  manual_clock clock;
  std::unique_ptr<persistence::memory_store> rows = persistence::make_memory_store(clock);
  owner_attributes owners{*rows};
  rules_entry entry;
  std::vector<customer_id> customers;
  std::optional<active_device> at;
};

} // namespace

TEST_CASE("a message waits for what alarm rules ask of the owner, and for it alone") {
  owned_device d;
  d.set({entity_type::tenant, some_tenant().value}, 30);
  d.at->device(telemetry("t", 31.0));
  CHECK(d.at->host.submitted.empty());
  REQUIRE(d.at->host.reads.size() == 1);
  // What comes meanwhile waits in its order.
  d.at->device(telemetry("t", 1.0));
  CHECK(d.at->host.reads.size() == 1);
  d.at->read();
  REQUIRE(d.at->host.submitted.size() == 2);
  CHECK(d.at->host.reads.empty());
  // What is known now nothing more waits for.
  d.at->device(telemetry("t", 30.5));
  CHECK(d.at->host.submitted.size() == 3);
  CHECK(d.at->host.reads.empty());
}

TEST_CASE("who has been answered that an attribute is set finds it in force") {
  owned_device d;
  CHECK_FALSE(d.raises(50));
  CHECK(d.raises(100.5));
  const entity_ref tenant{entity_type::tenant, some_tenant().value};
  d.set(tenant, 30);
  CHECK(d.raises(50));
  d.set(tenant, 60);
  CHECK_FALSE(d.raises(50));
  d.assign(d.customers[0]);
  CHECK_FALSE(d.raises(50));
  d.set(d.owner(0), 40);
  CHECK(d.raises(50));
  d.set(d.owner(1), 45);
  CHECK_FALSE(d.raises(40));
  d.assign(d.customers[1]);
  CHECK_FALSE(d.raises(45));
  CHECK(d.raises(46));
  d.assign(std::nullopt);
  CHECK_FALSE(d.raises(60));
}

TEST_CASE("a change of the customer is confirmed with the new one's attributes") {
  owned_device d;
  CHECK_FALSE(d.raises(50));
  d.set(d.owner(0), 40);
  d.at->application(assign_device{d.customers[0]});
  d.at->give(settled{ticket_kind::exclusive, false, d.at->activation()});
  REQUIRE(d.at->host.reads.size() == 1);
  d.at->device(telemetry("t", 41.0));
  const auto before = d.at->host.submitted.size();
  d.at->read();
  CHECK(d.at->host.submitted.size() == before + 1);
  CHECK(d.at->host.reads.empty());
}

TEST_CASE("values that change while they are read are good for one message") {
  owned_device d;
  d.owners.distrust();
  d.at->device(telemetry("t", 31.0));
  d.at->device(telemetry("t", 32.0));
  REQUIRE(d.at->host.reads.size() == 1);
  const auto work = d.at->host.reads.front();
  d.at->host.reads.front() = [&] {
    work();
    d.set({entity_type::tenant, some_tenant().value}, 30);
  };
  d.at->read();
  CHECK(d.at->host.submitted.size() == 1);
  REQUIRE(d.at->host.reads.size() == 1);
  d.at->read();
  CHECK(d.at->host.submitted.size() == 2);
}

TEST_CASE("what cannot be read has the device begin anew") {
  owned_device d;
  d.owners.distrust();
  d.at->device(telemetry("t", 31.0));
  REQUIRE(d.at->host.reads.size() == 1);
  d.at->host.reads.clear();
  d.at->give(owners_read{d.at->activation(), fail(error_code::storage_unavailable)});
  // The rows are read again, and then the owner's attributes.
  CHECK(d.at->host.activations == 2);
  d.at->give(
      loaded{d.at->host.activations, d.at->host.store->read_device(d.at->slot.device), &d.entry});
  REQUIRE(d.at->host.reads.size() == 2);
  d.at->host.reads.pop_front();
  d.at->read();
  CHECK(d.at->host.submitted.size() == 1);
}

} // namespace muster::test
