#include "actors/rules/chains/chain_entrances.hpp"
#include "actors/rules/chains/default_chain.hpp"
#include "actors/rules/chains/node_classes.hpp"
#include "actors/service/bootstrap.hpp"
#include "tests/actors_service/directory_fixture.hpp"

#include <algorithm>

namespace muster {

namespace {

class chain_fixture : public directory_fixture {
public:
  rule_chain made_chain(const std::string& name) {
    save_rule_chain what{who, {}, std::nullopt};
    what.chain.name = name;
    return done_as<rule_chain>(what);
  }
  rule_chain stored(const rule_chain& chain) {
    return store->read_rule_chain(chain.id).value().value();
  }
  save_rule_graph graph(const rule_chain& of) const {
    save_rule_graph what;
    what.who = who;
    what.chain = of.id;
    return what;
  }
};

rule_node node_of(const std::string& name, const std::string& type, json_text configuration) {
  rule_node node;
  node.name = name;
  node.type = std::string(node_class_package) + type;
  node.configuration = std::move(configuration);
  return node;
}

rule_node entrance_to(const rule_chain& chain) {
  return node_of("To " + chain.name, "flow.TbRuleChainInputNode",
                 {R"({"ruleChainId":")" + to_string(chain.id) + "\"}"});
}

} // namespace

TEST_CASE("a rule chain is made, changed and deleted") {
  chain_fixture at;
  save_rule_chain what{at.who, {}, std::nullopt};
  CHECK(at.refused(what).message == "Rule chain name should be specified!");
  what.chain.name = "Pumps";
  const auto made = at.done_as<rule_chain>(what);
  CHECK(made.version == 1);
  CHECK_FALSE(made.root);
  CHECK(at.stored(made) == made);
  what.chain = made;
  what.chain.name = "Valves";
  what.chain.nodes.resize(1);
  what.expected_version = 1;
  const auto changed = at.done_as<rule_chain>(what);
  CHECK(changed.version == 2);
  CHECK(changed.name == "Valves");
  CHECK(changed.nodes.empty());
  CHECK(code_of(at.apply(what)) == error_code::version_conflict);
  const auto foreign = at.foreign();
  what.who = foreign;
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  CHECK(code_of(at.apply(delete_rule_chain{foreign, made.id})) == error_code::not_found);
  CHECK(code_of(at.apply(delete_rule_chain{at.system(), made.id})) == error_code::forbidden);
  at.done_as<done>(delete_rule_chain{at.who, made.id});
  CHECK_FALSE(at.store->read_rule_chain(made.id).value());
  CHECK(at.audit(audit_action::deleted).front().kind == entity_type::rule_chain);
}

TEST_CASE("a tenant has one root chain, which stays") {
  chain_fixture at;
  const auto first = at.made_chain("First");
  const auto second = at.made_chain("Second");
  CHECK(at.done_as<rule_chain>(make_root_rule_chain{at.who, first.id}).root);
  save_rule_chain more{at.who, second, std::nullopt};
  more.chain.root = true;
  CHECK(at.refused(more).message ==
        "Another root rule chain is present in scope of current tenant!");
  save_rule_chain less{at.who, first, std::nullopt};
  CHECK(at.done_as<rule_chain>(less).root);
  CHECK(at.refused(delete_rule_chain{at.who, first.id}).code == error_code::invalid);
  CHECK(at.done_as<rule_chain>(make_root_rule_chain{at.who, second.id}).root);
  CHECK_FALSE(at.stored(first).root);
  const auto again = at.done_as<rule_chain>(make_root_rule_chain{at.who, second.id});
  CHECK(again == at.stored(second));
  CHECK(at.store->find_root_rule_chain(at.tenant).value() == again);
}

TEST_CASE("a graph replaces the old one, nodes that are known stay themselves") {
  chain_fixture at;
  const auto made = at.done_as<rule_chain>(make_default_rule_chain{at.who, "Copy of the default"});
  CHECK(made.nodes.size() == 6);
  CHECK_FALSE(made.root);
  at.clock.advance(1'000);
  auto what = at.graph(made);
  what.nodes = {made.nodes[2], made.nodes[2], node_of("New", "action.TbLogNode", {"{}"})};
  what.nodes[0].name = "Switch";
  what.nodes[2].debug.all_enabled = true;
  what.connections = {{0, 2, "Other"}};
  what.first_node = 0;
  const auto saved = at.done_as<rule_chain>(what);
  CHECK(saved.version == 2);
  CHECK(saved == at.stored(made));
  CHECK(saved.nodes[0].id == made.nodes[2].id);
  CHECK(saved.nodes[0].created == made.created);
  CHECK(saved.nodes[0].name == "Switch");
  CHECK(saved.nodes[1].id != saved.nodes[0].id);
  CHECK(saved.nodes[1].created == made.created + 1'000);
  CHECK(saved.nodes[2].id != rule_node_id{});
  CHECK(saved.nodes[2].debug ==
        rule_node_debug{false, false, at.clock.now().wall + 15 * 60 * 1'000});
  what.expected_version = 1;
  CHECK(code_of(at.apply(what)) == error_code::version_conflict);
  what.expected_version.reset();
  what.connections = {{0, 2, "Other"}, {2, 0, "Success"}};
  CHECK(at.refused(what).message == "Node 0 'Switch' leads back to node 2 'New'");
  CHECK(at.stored(made) == saved);
  what.who = at.foreign();
  CHECK(code_of(at.apply(what)) == error_code::not_found);
}

TEST_CASE("chains that would enter each other are refused") {
  chain_fixture at;
  const auto first = at.made_chain("First");
  const auto second = at.made_chain("Second");
  const auto third = at.made_chain("Third");
  auto what = at.graph(first);
  what.nodes = {entrance_to(second)};
  at.done_as<rule_chain>(what);
  what = at.graph(second);
  what.nodes = {entrance_to(third)};
  at.done_as<rule_chain>(what);
  what = at.graph(third);
  what.nodes = {node_of("Log", "action.TbLogNode", {"{}"}), entrance_to(first)};
  CHECK(at.refused(what).message == "Node 0 'To Third' of rule chain 'Second': 'ruleChainId' "
                                    "leads back to rule chain 'Third'");
  what.nodes = {entrance_to(third)};
  CHECK(at.refused(what).message == "Node 0 'To Third' of rule chain 'Third': 'ruleChainId' leads "
                                    "back to rule chain 'Third'");
  // What is not there, or another tenant's, leads nowhere.
  rule_chain nowhere;
  nowhere.id = rule_chain_id{random_uuid()};
  what.nodes = {entrance_to(nowhere)};
  at.done_as<rule_chain>(what);
}

TEST_CASE("callers follow outputs that are renamed, unless told otherwise") {
  chain_fixture at;
  const auto called = at.made_chain("Called");
  auto what = at.graph(called);
  what.nodes = {node_of("Good", "flow.TbRuleChainOutputNode", {"{}"})};
  auto now = at.done_as<rule_chain>(what);
  const auto caller = at.made_chain("Caller");
  auto calling = at.graph(caller);
  calling.nodes = {entrance_to(called), node_of("Log", "action.TbLogNode", {"{}"})};
  calling.connections = {{0, 1, "Good"}};
  at.done_as<rule_chain>(calling);

  what.nodes = now.nodes;
  what.nodes[0].name = "Fine";
  what.update_related = false;
  now = at.done_as<rule_chain>(what);
  CHECK(at.stored(caller).connections.front().type == "Good");
  what.nodes[0].name = "Good";
  at.done_as<rule_chain>(what);
  what.nodes[0].name = "Better";
  what.update_related = true;
  at.done_as<rule_chain>(what);
  CHECK(at.stored(caller).connections.front().type == "Better");
  CHECK(at.stored(caller).version == 3);
}

TEST_CASE("a profile names a chain that is there, and keeps it there") {
  chain_fixture at;
  const auto chain = at.made_chain("Named");
  auto profile = at.made_profile("Naming");
  save_profile what{at.who, profile, std::nullopt};
  what.profile.default_rule_chain = rule_chain_id{random_uuid()};
  CHECK(at.refused(what).message == "Can't assign non-existent rule chain!");
  what.profile.default_rule_chain = chain.id;
  profile = at.done_as<device_profile>(what);
  CHECK(profile.default_rule_chain == chain.id);
  CHECK(at.refused(delete_rule_chain{at.who, chain.id}).message ==
        "The rule chain referenced by the device profiles cannot be deleted!");
  what.profile.default_rule_chain.reset();
  at.done_as<device_profile>(what);
  at.done_as<done>(delete_rule_chain{at.who, chain.id});
}

TEST_CASE("a file of chains is taken whole, its chains finding each other") {
  chain_fixture at;
  const auto root = at.done_as<rule_chain>(make_root_rule_chain{at.who, at.made_chain("Root").id});
  rule_chain one;
  one.id = rule_chain_id{random_uuid()};
  one.name = "Root";
  one.root = true;
  rule_chain two = one;
  two.id = rule_chain_id{random_uuid()};
  two.name = "Part";
  one.nodes = {entrance_to(two), node_of("Check", "filter.TbCheckRelationNode",
                                         {R"({"who":{"entityType":"TENANT","id":"x"}})"})};
  const auto what = [&](bool overwrite) {
    return import_rule_chains{at.who, {one, two}, overwrite};
  };
  using answers = std::vector<imported_rule_chain>;
  const auto added = at.done_as<answers>(what(false));
  REQUIRE(added.size() == 2);
  CHECK_FALSE(added[0].updated);
  const auto first = at.store->read_rule_chain(added[0].id).value().value();
  CHECK_FALSE(first.root);
  CHECK(first.name == "Root");
  CHECK(entered_chain(first.nodes[0]) == added[1].id);
  CHECK(first.nodes[1].configuration.text ==
        R"({"who":{"entityType":"TENANT","id":")" + to_string(at.tenant) + R"("}})");

  const auto replaced = at.done_as<answers>(what(true));
  CHECK(replaced[0].updated);
  CHECK(replaced[0].id == root.id);
  CHECK(at.stored(root).root);
  CHECK(at.stored(root).version == root.version + 1);
  CHECK(replaced[1].id == added[1].id);

  two.nodes = {entrance_to(one)};
  CHECK(at.refused(what(false)).code == error_code::invalid);
  two.nodes = {node_of("", "flow.TbAckNode", {"{}"})};
  CHECK(at.refused(what(true)).message == "Rule chain 'Part': Node 0: 'name' must not be blank");
  page_link all;
  all.size = 100;
  CHECK(at.store->list_rule_chains(at.tenant, all).value().total == 3);
}

TEST_CASE("tenants that were made before there were chains get their root chain at start") {
  chain_fixture at;
  CHECK_FALSE(at.store->find_root_rule_chain(at.tenant).value());
  REQUIRE(bootstrap(*at.store, at.clock, false).has_value());
  const auto made = at.store->find_root_rule_chain(at.tenant).value();
  REQUIRE(made);
  CHECK(made->name == "Root Rule Chain");
  REQUIRE(bootstrap(*at.store, at.clock, false).has_value());
  CHECK(at.store->find_root_rule_chain(at.tenant).value() == made);
}

} // namespace muster
