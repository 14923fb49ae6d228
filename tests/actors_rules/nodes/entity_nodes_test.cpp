#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

/// The only work that the node leaves with that configuration.
left_work left_by(chain_bench& at, std::string_view node, std::string configuration) {
  at.device.left.clear();
  auto message = message_of(at.device, "POST_TELEMETRY_REQUEST", R"({"t":21})");
  message.metadata["key"] = "limit";
  at.through(node, std::move(configuration), std::move(message));
  REQUIRE(at.device.left.size() == 1);
  return at.device.left.front();
}

std::pair<std::string, rule_message> gone_on(chain_bench& at, const left_work& work,
                                             work_outcome outcome) {
  auto gone = at.go_on(work, std::move(outcome));
  REQUIRE(gone.size() == 1);
  return std::move(gone.front());
}

const std::string customer_node = "metadata.TbGetCustomerAttributeNode";
const std::string related_node = "metadata.TbGetRelatedAttributeNode";
const std::string related_device_node = "metadata.TbGetDeviceAttrNode";
const std::string relation_node = "filter.TbCheckRelationNode";

} // namespace

TEST_CASE("attributes of the customer and of the tenant go to the message") {
  chain_bench at;
  const auto work = left_by(at, customer_node, R"({"dataMapping":{"${key}":"max","no":"min"}})");
  const auto& asked = std::get<entity_work>(work.what);
  CHECK(asked.of == entity_work::source::customer);
  CHECK(asked.attributes[2] == std::vector<std::string>{"limit", "no"});
  entity_found found;
  found.entity = {entity_type::customer, random_uuid()};
  found.attributes[2] = {{"limit", std::int64_t{30}}};
  const auto [relation, message] = gone_on(at, work, found);
  CHECK(relation == "Success");
  CHECK(message.metadata.at("max") == "30");
  CHECK_FALSE(message.metadata.contains("min"));
  CHECK(gone_on(at, work, entity_found{}).first == "Failure");
  CHECK(gone_on(at, work, work_failed{"no"}).first == "Failure");

  const auto tenant = left_by(at, "metadata.TbGetTenantAttributeNode",
                              R"({"dataMapping":{"title":"t"},"dataToFetch":"FIELDS",)"
                              R"("fetchTo":"DATA"})");
  CHECK(std::get<entity_work>(tenant.what).of == entity_work::source::tenant);
  CHECK(std::get<entity_work>(tenant.what).fields == std::vector<std::string>{"title"});
  found.fields = {{"title", "Mine"}};
  CHECK(gone_on(at, tenant, found).second.data.text() == R"({"t":"Mine"})");
}

TEST_CASE("a related entity is looked for as the query says") {
  chain_bench at;
  const auto work = left_by(
      at, related_node,
      R"({"dataMapping":{"t":"t"},"dataToFetch":"LATEST_TELEMETRY","relationsQuery":{)"
      R"("direction":"TO","maxLevel":2,"fetchLastLevelOnly":true,"filters":[)"
      R"({"relationType":"Contains","entityTypes":["DEVICE","ASSET"]},{"relationType":"Manages"},)"
      R"({"relationType":"Uses","entityTypes":["ASSET"]}]}})");
  const auto& asked = std::get<entity_work>(work.what);
  CHECK(asked.of == entity_work::source::related);
  CHECK(asked.query ==
        (relation_query{
            false,
            2,
            true,
            {{"Contains", {entity_type::device}}, {"Manages", {}}, {"Uses", {entity_type::rpc}}},
            {}}));
  entity_found found;
  found.entity = {entity_type::device, random_uuid()};
  found.latest = {{"t", 5, 1.5}};
  CHECK(gone_on(at, work, found).second.metadata.at("t") == "1.5");
}

TEST_CASE("attributes of a related device go to the message as those of its own") {
  chain_bench at;
  const auto work = left_by(
      at, related_device_node,
      R"({"sharedAttributeNames":["${key}"],"latestTsKeyNames":["t"],"tellFailureIfAbsent":false,)"
      R"("deviceRelationsQuery":{"relationType":"Contains","deviceTypes":["Pump"]}})");
  const auto& asked = std::get<entity_work>(work.what);
  CHECK(asked.query ==
        (relation_query{true, 1, false, {{"Contains", {entity_type::device}}}, {"Pump"}}));
  CHECK(asked.attributes[1] == std::vector<std::string>{"limit"});
  entity_found found;
  found.entity = {entity_type::device, random_uuid()};
  found.attributes[1] = {{"limit", true}};
  const auto [relation, message] = gone_on(at, work, found);
  CHECK(relation == "Success");
  CHECK(message.metadata.at("shared_limit") == "true");
  CHECK(gone_on(at, work, entity_found{}).first == "Failure");
}

TEST_CASE("the relation filter asks for one entity or for any") {
  chain_bench at;
  const auto one = left_by(at, relation_node,
                           R"({"direction":"TO","relationType":"Contains","entityType":"CUSTOMER",)"
                           R"("entityId":"00000000-0000-4000-8000-000000000001"})");
  const auto& asked = std::get<relation_work>(one.what);
  CHECK_FALSE(asked.from);
  CHECK(asked.type == "Contains");
  CHECK(asked.entity->kind == entity_type::customer);
  CHECK(gone_on(at, one, relation_found{true}).first == "True");
  CHECK(gone_on(at, one, relation_found{false}).first == "False");
  CHECK_FALSE(
      std::get<relation_work>(left_by(at, relation_node, R"({"checkForSingleEntity":false})").what)
          .entity);
  at.device.left.clear();
  const auto asset = at.through(relation_node,
                                R"({"entityType":"ASSET",)"
                                R"("entityId":"00000000-0000-4000-8000-000000000001"})",
                                message_of(at.device, "any", "{}"));
  CHECK(asset.front().first == "False");
}

TEST_CASE("nodes of other entities refuse configurations that make no sense") {
  chain_bench at;
  const auto message = message_of(at.device, "any", "{}");
  at.through(customer_node, "{}", message);
  at.through(related_node, R"({"dataMapping":{"a":"b"}})", message);
  at.through(related_node, R"({"dataMapping":{"a":"b"},"relationsQuery":{"maxLevel":-1}})",
             message);
  at.through(related_device_node, "{}", message);
  at.through(relation_node, "{}", message);
  CHECK(at.failures.size() == 5);
  CHECK(at.device.left.empty());
}

} // namespace muster::test
