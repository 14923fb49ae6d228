#include "actors/service/entity_look_up.hpp"

#include "tests/actors_service/directory_fixture.hpp"

#include <set>

namespace muster {

namespace {

struct related_entities : directory_fixture {
  device_id made(std::string name, std::string type = "") {
    auto what = request(std::move(type), std::move(name));
    return done_as<device_info>(std::move(what)).id;
  }
  static entity_ref of(const device_id& device) { return {entity_type::device, device.value}; }
  void relate(const entity_ref& from, const entity_ref& to, std::string type) {
    commit({persistence::put_relation{{from, to, std::move(type)}}});
  }
  void commit(std::vector<persistence::mutation> rows, std::optional<device_id> device = {}) {
    persistence::write made;
    made.device = device;
    made.epoch = persistence::first_epoch;
    made.shard = device ? shard_of(*device) : shard_id{};
    made.mutations = std::move(rows);
    REQUIRE(store->commit({&made, 1}).front().what == persistence::write_outcome::kind::durable);
  }
  entity_found found(const entity_work& what) { return look_up(*store, self, what).value(); }
  std::optional<entity_ref> end(relation_query query) {
    entity_work what;
    what.of = entity_work::source::related;
    what.query = std::move(query);
    return found(what).entity;
  }

  const device_id self = made("self");
};

} // namespace

TEST_CASE("what a chain asks of the device's customer and tenant is found") {
  related_entities at;
  entity_work what;
  what.fields = {"title", "nothing"};
  what.attributes[2] = {"limit", "none"};
  CHECK_FALSE(at.found(what).entity);
  const auto owner = at.made_customer("One");
  auto info = at.rows_of(at.self).info;
  auto assigned = info;
  assigned.customer = owner.id;
  const entity_ref whose{entity_type::customer, owner.id.value};
  at.commit({persistence::put_device{info, assigned}}, at.self);
  at.commit({persistence::put_entity_attribute{whose, {"limit", 5, std::int64_t{7}}}});
  const auto found = at.found(what);
  CHECK(found.entity == whose);
  CHECK((found.fields == std::vector<std::pair<std::string, std::string>>{{"title", "One"}}));
  REQUIRE(found.attributes[2].size() == 1);
  CHECK(found.attributes[2].front().key == "limit");
  what.of = entity_work::source::tenant;
  CHECK(at.found(what).fields.front().second == "Tenant");
}

TEST_CASE("an entity is found by its name in the device's tenant") {
  related_entities at;
  const auto named = [&](entity_type kind, std::string name) {
    entity_work what;
    what.of = entity_work::source::named;
    what.kind = kind;
    what.name = std::move(name);
    return at.found(what).entity;
  };
  CHECK(named(entity_type::device, "self") == at.of(at.self));
  CHECK_FALSE(named(entity_type::device, "none"));
  const auto owner = at.made_customer("One");
  CHECK((named(entity_type::customer, "One") == entity_ref{entity_type::customer, owner.id.value}));
  CHECK((named(entity_type::tenant, "") == entity_ref{entity_type::tenant, at.tenant.value}));
  CHECK_FALSE(named(entity_type::user, "a@b.c"));
}

TEST_CASE("relations are followed as far and to what the query says") {
  related_entities at;
  const auto near = at.made("near");
  const auto far = at.made("far");
  at.relate(at.of(at.self), at.of(near), "Contains");
  at.relate(at.of(near), at.of(far), "Manages");
  at.relate(at.of(far), at.of(at.self), "Contains");
  const auto end = [&](std::uint32_t levels, std::vector<relation_filter> filters) {
    return at.end({true, levels, false, std::move(filters), {}});
  };
  CHECK(end(1, {}) == at.of(near));
  CHECK_FALSE(end(1, {{"Manages", {}}}));
  CHECK(end(2, {{"Manages", {}}}) == at.of(far));
  CHECK_FALSE(end(2, {{"", {entity_type::customer}}}));
  // In a circle that has no end of levels.
  CHECK(end(0, {{"Manages", {entity_type::device}}}) == at.of(far));
  CHECK(at.end({false, 1, false, {}, {}}) == at.of(far));
  CHECK(at.end({true, 2, true, {}, {}}) == at.of(far));
  CHECK_FALSE(at.end({true, 1, false, {}, {"Pump"}}));
}

TEST_CASE("what a chain asks of a related device is what is stored of it") {
  related_entities at;
  const auto near = at.made("near");
  at.relate(at.of(at.self), at.of(near), "Contains");
  at.commit({persistence::put_attributes{attribute_scope::shared,
                                         {{"a", 5, 1, std::int64_t{1}}, {"b", 5, 1, true}}},
             persistence::append_history{9, 1, {{"t", 1.5}}, 0, false}},
            near);
  entity_work what;
  what.of = entity_work::source::related;
  what.attributes[1] = {"a", "gone"};
  what.latest = {"t", "gone"};
  what.fields = {"name"};
  const auto found = at.found(what);
  REQUIRE(found.attributes[1].size() == 1);
  CHECK(found.attributes[1].front().key == "a");
  REQUIRE(found.latest.size() == 1);
  CHECK(found.latest.front().ts == 9);
  CHECK(found.fields.front().second == "near");
}

TEST_CASE("an entity of another tenant is not related") {
  related_entities at;
  const auto stranger = at.foreign();
  at.relate(at.of(at.self), {entity_type::tenant, stranger.tenant->value}, "Contains");
  CHECK_FALSE(at.end(relation_query()));
}

TEST_CASE("whether a device has a relation is found in both directions") {
  related_entities at;
  const auto near = at.made("near");
  at.relate(at.of(at.self), at.of(near), "Contains");
  const auto there = [&](relation_work what) {
    return look_up(*at.store, at.self, what).value().there;
  };
  CHECK(there({true, "Contains", std::nullopt}));
  CHECK_FALSE(there({true, "Manages", std::nullopt}));
  CHECK_FALSE(there({false, "Contains", std::nullopt}));
  CHECK(there({true, "Contains", at.of(near)}));
  CHECK_FALSE(there({false, "Contains", at.of(near)}));
}

TEST_CASE("entities above a device are found over any relations, each once") {
  related_entities at;
  const auto room = at.made("room");
  const auto house = at.made("house");
  const auto owner = at.made_customer("One");
  const entity_ref customer{entity_type::customer, owner.id.value};
  at.relate(at.of(room), at.of(at.self), "Contains");
  at.relate(at.of(house), at.of(room), "Contains");
  at.relate(at.of(house), at.of(at.self), "Heats");
  at.relate(customer, at.of(house), "Manages");
  at.relate(at.of(at.self), at.of(house), "Contains");
  at.relate(at.of(at.self), at.of(at.made("below")), "Contains");
  const auto above = [&](const std::vector<std::string>& types) {
    const auto found = find_related(*at.store, at.self, types).value();
    return std::set<uuid>(found.begin(), found.end());
  };
  CHECK(above({}) == std::set<uuid>{room.value, house.value, owner.id.value});
  CHECK(find_related(*at.store, at.self, {}).value().size() == 3);
  CHECK(above({"Manages"}) == std::set<uuid>{owner.id.value});
  CHECK(above({"Contains", "Heats"}) == std::set<uuid>{room.value, house.value});
  CHECK(above({"Owns"}).empty());
}

} // namespace muster
