#include "actors/rules/chains/node_classes.hpp"
#include "actors/rules/engine/chain_work.hpp"
#include "tests/actors_service/directory_fixture.hpp"

#include <algorithm>

namespace muster {

namespace {

/// The tenant's root chain logs all that it is told, unless it is said to do nothing.
class told_fixture : public directory_fixture {
public:
  explicit told_fixture(bool hears = true) {
    save_rule_chain what{who, {}, std::nullopt};
    what.chain.name = "Root";
    chain = done_as<rule_chain>(what);
    save_rule_graph graph;
    graph.who = who;
    graph.chain = chain.id;
    graph.first_node = 0;
    rule_node node;
    node.name = "Log";
    node.type = std::string(node_class_package) +
                (hears ? "action.TbLogNode" : "filter.TbMsgTypeSwitchNode");
    node.configuration = {hears ? R"({"scriptLang":"JS","jsScript":"return 'x';"})" : "{}"};
    graph.nodes.push_back(std::move(node));
    done_as<rule_chain>(graph);
    done_as<rule_chain>(make_root_rule_chain{who, chain.id});
  }

  /// Types of what the device's rows have its chain told.
  std::vector<std::string> told(const device_id& device) {
    std::vector<std::string> types;
    const auto rows = rows_of(device);
    for (const auto& row : rows.outbox) {
      if (const auto left = decode_left_work(row.content)) {
        types.push_back(left->place.message.type);
      }
    }
    CHECK(rows.due_outbox.has_value() == !types.empty());
    return types;
  }
  rule_message brought() const {
    return decode_left_work(std::get<take_rule_message>(sent->body).message)->place.message;
  }

  rule_chain chain;
};

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("a new device has what its chain is to be told among its rows") {
  told_fixture at;
  const auto made = at.done_as<device_info>(at.request("", "pump"));
  CHECK(at.told(made.id) == texts{"ENTITY_CREATED"});
  // It is woken, since nothing else may ever ask for it.
  REQUIRE(at.sent);
  CHECK(at.sent->device == made.id);
  CHECK(at.refused(at.request("", "pump")).code == error_code::already_exists);
}

TEST_CASE("a provisioned device's chain is told of that, too") {
  told_fixture at;
  save_profile what{at.who, {}, std::nullopt};
  what.profile.name = "sensors";
  what.profile.provisioning = provision_strategy::allow_create_new_devices;
  what.profile.provision_key = "key";
  what.profile.provision_secret = "secret";
  at.done_as<device_profile>(what);
  provision_device asked;
  asked.name = "sensor";
  asked.key = "key";
  asked.secret = "secret";
  at.done_as<credentials>(asked);
  const auto made = at.store->find_device_by_name(at.tenant, "sensor").value();
  REQUIRE(made);
  CHECK(at.told(*made) == texts{"ENTITY_CREATED", "PROVISION_SUCCESS"});
}

TEST_CASE("a chain that makes nothing of events costs a new device no row") {
  told_fixture at(false);
  const auto made = at.done_as<device_info>(at.request("", "pump"));
  CHECK(at.told(made.id).empty());
  CHECK_FALSE(at.sent);
}

TEST_CASE("a relation is answered when its devices' chains have been told") {
  told_fixture at;
  const auto made = at.done_as<device_info>(at.request("", "pump"));
  const entity_ref pump{entity_type::device, made.id.value};
  const entity_ref own{entity_type::tenant, at.tenant.value};
  const save_relation asked{at.who, {own, pump, "Contains"}};
  // The device cannot be reached.
  CHECK(at.refused(asked).code == error_code::overloaded);
  at.takes_commands = true;
  CHECK(at.done_as<relation>(asked).type == "Contains");
  CHECK(at.brought().type == "RELATION_ADD_OR_UPDATE");
  CHECK(at.brought().originator == pump);
  CHECK(at.brought().data.text().find("Contains") != std::string::npos);
  at.done_as<relation>(delete_relation{at.who, own, pump, "Contains"});
  CHECK(at.brought().type == "RELATION_DELETED");
  at.done_as<done>(delete_relations_of{at.who, pump});
  CHECK(at.brought().type == "RELATIONS_DELETED");
}

} // namespace muster
