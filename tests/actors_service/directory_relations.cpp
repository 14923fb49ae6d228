#include "tests/actors_service/directory_fixture.hpp"

#include <algorithm>

namespace muster {

namespace {

class relations_fixture : public directory_fixture {
public:
  entity_ref made_device(const std::string& name) {
    return {entity_type::device, done_as<device_info>(request("", name)).id.value};
  }
  entity_ref customer_named(const std::string& title) {
    return {entity_type::customer, made_customer(title).id.value};
  }
  entity_ref own_tenant() const { return {entity_type::tenant, tenant.value}; }
  relation related(const entity_ref& from, const entity_ref& to, const std::string& type) {
    return done_as<relation>(save_relation{who, {from, to, type, {R"({"a":1})"}}});
  }
  std::vector<std::string> names(const caller& by, const entity_ref& of, bool to = false,
                                 std::optional<std::string> type = std::nullopt) {
    std::vector<std::string> found;
    const list_relations what{by, of, to, std::move(type)};
    const auto answered = ask(what);
    for (const auto& one : std::get<std::vector<named_relation>>(answered)) {
      found.push_back(one.name);
    }
    std::ranges::sort(found);
    return found;
  }
  std::vector<attribute> attributes(const caller& by, const entity_ref& of) {
    return std::get<std::vector<attribute>>(ask(get_entity_attributes{by, of, {}}));
  }
};

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("relations are made, listed in both directions and deleted") {
  relations_fixture at;
  const auto pump = at.made_device("pump");
  const auto valve = at.made_device("valve");
  const auto owner = at.customer_named("Owner");
  const auto made = at.related(owner, pump, "Contains");
  at.related(owner, valve, "Manages");
  at.related(at.own_tenant(), owner, "Contains");
  CHECK(at.names(at.who, owner) == texts{"pump", "valve"});
  CHECK(at.names(at.who, owner, false, "Manages") == texts{"valve"});
  CHECK(at.names(at.who, owner, true) == texts{"Tenant"});
  CHECK(std::get<relation>(at.ask(get_relation{at.who, owner, pump, "Contains"})) == made);
  CHECK(code_of(at.ask(get_relation{at.who, owner, pump, "Manages"})) == error_code::not_found);
  CHECK(at.audit(audit_action::relation_saved).size() == 3);

  CHECK(at.done_as<relation>(delete_relation{at.who, owner, pump, "Contains"}) == made);
  CHECK(code_of(at.apply(delete_relation{at.who, owner, pump, "Contains"})) ==
        error_code::not_found);
  at.done_as<done>(delete_relations_of{at.who, owner});
  CHECK(at.names(at.who, owner).empty());
  CHECK(at.names(at.who, at.own_tenant()).empty());
  CHECK(at.audit(audit_action::relation_deleted).front().entity == owner.id);
  CHECK(at.audit(audit_action::relations_deleted).size() == 1);
}

TEST_CASE("relations are between what the tenant has") {
  relations_fixture at;
  const auto pump = at.made_device("pump");
  const auto owner = at.customer_named("Owner");
  const entity_ref none{entity_type::device, random_uuid()};
  const entity_ref chain{entity_type::rule_chain, random_uuid()};
  for (const auto& wrong : {none, chain}) {
    CHECK(code_of(at.apply(save_relation{at.who, {owner, wrong, "Contains"}})) ==
          error_code::not_found);
    CHECK(code_of(at.apply(save_relation{at.who, {wrong, owner, "Contains"}})) ==
          error_code::not_found);
  }
  CHECK(code_of(at.apply(save_relation{at.who, {owner, pump, " "}})) == error_code::invalid);
  const auto foreign = at.foreign();
  CHECK(code_of(at.apply(save_relation{foreign, {owner, pump, "Contains"}})) ==
        error_code::not_found);
  CHECK(code_of(at.apply(delete_relations_of{foreign, owner})) == error_code::not_found);
  CHECK(code_of(at.ask(list_relations{foreign, owner, false, {}})) == error_code::forbidden);
  CHECK(code_of(at.apply(save_relation{at.system(), {owner, pump, "Contains"}})) ==
        error_code::forbidden);
}

TEST_CASE("a customer's user sees relations between what is his") {
  relations_fixture at;
  auto own = at.request("", "own");
  const auto owner = at.customer_named("Owner");
  own.info.customer = customer_id{owner.id};
  const entity_ref his{entity_type::device, at.done_as<device_info>(own).id.value};
  const auto other = at.made_device("other");
  at.related(owner, his, "Contains");
  at.related(owner, other, "Contains");
  const auto user = at.of_customer(at.made_user("u@x.y", customer_id{owner.id}));
  CHECK(at.names(user, owner) == texts{"own"});
  CHECK(code_of(at.ask(list_relations{user, other, false, {}})) == error_code::forbidden);
  CHECK(code_of(at.apply(save_relation{user, {owner, his, "Contains"}})) == error_code::forbidden);
}

TEST_CASE("relations and attributes go with their entity") {
  relations_fixture at;
  const auto pump = at.made_device("pump");
  const auto owner = at.customer_named("Owner");
  at.related(owner, pump, "Contains");
  at.done_as<done>(save_entity_attributes{at.who, owner, {{"limit", std::int64_t{5}}}});
  at.done_as<done>(delete_customer{at.who, customer_id{owner.id}});
  CHECK(at.names(at.who, pump, true).empty());
  CHECK(at.store->read_entity_attributes(owner, std::nullopt).value().empty());
}

TEST_CASE("customers and the tenant have server attributes") {
  relations_fixture at;
  const auto owner = at.customer_named("Owner");
  at.done_as<done>(
      save_entity_attributes{at.who, owner, {{"b", true}, {"a", std::string("text")}}});
  at.done_as<done>(save_entity_attributes{at.who, at.own_tenant(), {{"t", 1.5}}});
  CHECK((at.attributes(at.who, owner) ==
         std::vector<attribute>{{"a", at.clock.now().wall, std::string("text")},
                                {"b", at.clock.now().wall, true}}));
  const auto ordered = std::get<std::vector<attribute>>(
      at.ask(get_entity_attributes{at.who, owner, texts{"b", "none", "a"}}));
  REQUIRE(ordered.size() == 2);
  CHECK(ordered.front().key == "b");
  const auto entry = at.audit(audit_action::attributes_updated).front();
  CHECK(entry.data.text.find("\"scope\":\"SERVER_SCOPE\"") != std::string::npos);
  CHECK(entry.data.text.find("text") == std::string::npos);

  const auto user = at.of_customer(at.made_user("u@x.y", customer_id{owner.id}));
  CHECK(at.attributes(user, owner).size() == 2);
  CHECK(code_of(at.apply(save_entity_attributes{user, owner, {{"a", true}}})) ==
        error_code::forbidden);
  const auto other = at.customer_named("Other");
  CHECK(code_of(at.ask(get_entity_attributes{user, other, {}})) == error_code::forbidden);
  CHECK(code_of(at.ask(get_entity_attributes{at.foreign(), owner, {}})) == error_code::forbidden);
  CHECK(code_of(at.apply(save_entity_attributes{at.foreign(), owner, {{"a", true}}})) ==
        error_code::not_found);
  CHECK(code_of(at.apply(save_entity_attributes{at.who, at.made_device("d"), {{"a", true}}})) ==
        error_code::not_found);

  at.done_as<done>(delete_entity_attributes{at.who, owner, {"a", "none"}});
  CHECK(at.attributes(at.who, owner).size() == 1);
}

} // namespace muster
