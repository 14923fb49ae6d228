#include "actors/rules/owner_attributes.hpp"
#include "persistence/memory/memory_store.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/catch.hpp"
#include "tests/support/forwarding_store.hpp"

#include <functional>

namespace muster {

namespace {

/// Changes come while it reads.
class busy_store final : public test::forwarding_store {
public:
  using forwarding_store::forwarding_store;

  result<std::vector<attribute>>
  read_entity_attributes(const entity_ref& entity,
                         const std::optional<std::vector<std::string>>& keys) override {
    if (fails) {
      return fail(error_code::storage_unavailable);
    }
    auto found = forwarding_store::read_entity_attributes(entity, keys);
    if (meanwhile) {
      std::exchange(meanwhile, nullptr)();
    }
    return found;
  }

  std::function<void()> meanwhile;
  bool fails = false;
};

class owners_fixture {
public:
  owners_fixture() {
    of.id = tenant_id{random_uuid()};
    of.title = "tenant";
    owner.id = customer_id{random_uuid()};
    owner.tenant = of.id;
    owner.title = "customer";
    commit({persistence::put_tenant{std::nullopt, of},
            persistence::put_customer{std::nullopt, owner}});
    set(1);
  }

  void commit(std::vector<persistence::mutation> all) {
    persistence::write made;
    made.epoch = persistence::first_epoch;
    made.mutations = std::move(all);
    REQUIRE(rows->commit({&made, 1}).front().what == persistence::write_outcome::kind::durable);
  }
  /// Durable, and told of.
  void set(std::int64_t limit) {
    commit({persistence::put_entity_attribute{customer_ref(), {"limit", 1, limit}}});
    table.changed(customer_ref());
  }
  entity_ref customer_ref() const { return {entity_type::customer, owner.id.value}; }
  value limit() const { return table.last(of.id, customer_ref())->at("limit"); }

  hand_clock clock;
  std::unique_ptr<persistence::memory_store> rows = persistence::make_memory_store(clock);
  busy_store busy{*rows};
  tenant of;
  customer owner;
  owner_attributes table{busy};
};

} // namespace

TEST_CASE("attributes of an owner are known until they change") {
  owners_fixture at;
  CHECK_FALSE(at.table.known(at.of.id, at.customer_ref()));
  CHECK(at.table.last(at.of.id, at.customer_ref()) == nullptr);
  REQUIRE(at.table.read(at.of.id, at.customer_ref()));
  CHECK(at.table.known(at.of.id, at.customer_ref()));
  CHECK(at.limit() == value(std::int64_t{1}));
  at.set(2);
  CHECK_FALSE(at.table.known(at.of.id, at.customer_ref()));
  CHECK(at.limit() == value(std::int64_t{1}));
  REQUIRE(at.table.read(at.of.id, at.customer_ref()));
  CHECK(at.limit() == value(std::int64_t{2}));
  at.table.distrust();
  CHECK_FALSE(at.table.known(at.of.id, at.customer_ref()));
}

TEST_CASE("what changes while it is read is read again") {
  owners_fixture at;
  at.busy.meanwhile = [&] { at.set(2); };
  REQUIRE(at.table.read(at.of.id, at.customer_ref()));
  CHECK_FALSE(at.table.known(at.of.id, at.customer_ref()));
  REQUIRE(at.table.read(at.of.id, at.customer_ref()));
  CHECK(at.limit() == value(std::int64_t{2}));
}

TEST_CASE("a slow read of old values does not undo a newer one") {
  owners_fixture at;
  at.busy.meanwhile = [&] {
    at.set(2);
    REQUIRE(at.table.read(at.of.id, at.customer_ref()));
  };
  REQUIRE(at.table.read(at.of.id, at.customer_ref()));
  CHECK(at.table.known(at.of.id, at.customer_ref()));
  CHECK(at.limit() == value(std::int64_t{2}));
}

TEST_CASE("another tenant is told nothing of them, and changes nothing of what is known") {
  owners_fixture at;
  REQUIRE(at.table.read(at.of.id, at.customer_ref()));
  const tenant_id other{random_uuid()};
  CHECK_FALSE(at.table.known(other, at.customer_ref()));
  CHECK(at.table.last(other, at.customer_ref()) == nullptr);
  REQUIRE(at.table.read(other, at.customer_ref()));
  CHECK(at.table.last(other, at.customer_ref())->empty());
  CHECK(at.limit() == value(std::int64_t{1}));
  at.set(2);
  CHECK_FALSE(at.table.known(other, at.customer_ref()));
  CHECK_FALSE(at.table.known(at.of.id, at.customer_ref()));

  const entity_ref foreign{entity_type::tenant, at.of.id.value};
  at.commit({persistence::put_entity_attribute{foreign, {"limit", 1, true}}});
  REQUIRE(at.table.read(other, foreign));
  CHECK(at.table.last(other, foreign)->empty());
  REQUIRE(at.table.read(at.of.id, foreign));
  CHECK(at.table.last(at.of.id, foreign)->size() == 1);
}

TEST_CASE("what cannot be read is not known") {
  owners_fixture at;
  at.busy.fails = true;
  CHECK_FALSE(at.table.read(at.of.id, at.customer_ref()));
  CHECK_FALSE(at.table.known(at.of.id, at.customer_ref()));
}

} // namespace muster
