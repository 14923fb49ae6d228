#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

const std::string attributes_node = "metadata.TbGetAttributesNode";
const std::string fields_node = "metadata.TbGetOriginatorFieldsNode";

/// A device with one attribute in each scope and a latest value.
void fill(recording_device& device) {
  device.attributes = {{"0c", std::int64_t{1}},
                       {"1thermometer", json_text{R"({"b":1,"a":2})"}},
                       {"2s", std::string("text")}};
  device.values = {{"t", 7, 1.5}};
}

/// What leaves, when only one message does.
std::pair<std::string, rule_message> only_one(chain_bench& at, std::string_view node,
                                              std::string configuration,
                                              const rule_message& message) {
  auto left = at.through(node, std::move(configuration), message);
  REQUIRE(left.size() == 1);
  return std::move(left.front());
}

} // namespace

TEST_CASE("attributes and latest values of the originator go to the metadata") {
  chain_bench at;
  fill(at.device);
  const std::string names =
      R"("clientAttributeNames":["c"],"sharedAttributeNames":["${deviceName}"],)"
      R"("serverAttributeNames":["s"],"latestTsKeyNames":["t"]})";
  const auto message = message_of(at.device, "any", "[1]");
  auto [relation, left] = only_one(at, attributes_node, "{" + names, message);
  CHECK(relation == "Success");
  CHECK(left.data.text() == "[1]");
  CHECK(left.metadata == message_metadata{{"cs_c", "1"},
                                          {"deviceName", "thermometer"},
                                          {"deviceType", "default"},
                                          {"shared_thermometer", R"({"b":1,"a":2})"},
                                          {"ss_s", "text"},
                                          {"t", "1.5"}});
  left = only_one(at, attributes_node, R"({"getLatestValueWithTs":true,)" + names, message).second;
  CHECK(left.metadata["t"] == R"({"ts":7,"value":1.5})");
}

TEST_CASE("attributes and latest values of the originator go to the body") {
  chain_bench at;
  fill(at.device);
  const auto message = message_of(at.device, "any", R"({"x":null})");
  for (const std::string to : {R"({"fetchTo":"DATA")", R"({"fetchToData":true)"}) {
    const auto [relation, left] = only_one(
        at, attributes_node,
        to + R"(,"sharedAttributeNames":["thermometer"],"serverAttributeNames":["s"]})", message);
    CHECK(relation == "Success");
    CHECK(left.data.text() == R"({"x":null,"shared_thermometer":{"b":1,"a":2},"ss_s":"text"})");
    CHECK(left.metadata == message.metadata);
  }
  CHECK(only_one(at, attributes_node, R"({"fetchTo":"DATA"})", message_of(at.device, "any", "[1]"))
            .first == "Failure");
}

TEST_CASE("an absent attribute is a failure with what was found, unless it may be absent") {
  chain_bench at;
  fill(at.device);
  const std::string names = R"("clientAttributeNames":["c","no"],"latestTsKeyNames":["none"]})";
  const auto message = message_of(at.device, "any", "{}");
  auto [relation, left] = only_one(at, attributes_node, "{" + names, message);
  CHECK(relation == "Failure");
  CHECK(left.metadata.at("cs_c") == "1");
  CHECK(at.failures.back() == "the device does not have cs_no none");
  relation =
      only_one(at, attributes_node, R"({"tellFailureIfAbsent":false,)" + names, message).first;
  CHECK(relation == "Success");
}

TEST_CASE("fields of the originator are texts") {
  chain_bench at;
  const auto message = message_of(at.device, "any", R"({"which":"x"})");
  const std::string mapping =
      R"("dataMapping":{"name":"n","label":"l","customerId":"c","additionalInfo.a":"none",)"
      R"("createdTime":"$[which]"}})";
  auto left = only_one(at, fields_node, "{" + mapping, message).second;
  CHECK(left.metadata == message_metadata{{"deviceName", "thermometer"},
                                          {"deviceType", "default"},
                                          {"n", "thermometer"},
                                          {"l", "null"},
                                          {"c", "13814000-1dd2-11b2-8080-808080808080"},
                                          {"x", "0"}});
  left = only_one(at, fields_node, R"({"ignoreNullStrings":true,)" + mapping, message).second;
  CHECK_FALSE(left.metadata.contains("l"));
  left = only_one(at, fields_node, R"({"fetchTo":"DATA","fieldsMapping":{"type":"t"}})", message)
             .second;
  CHECK(left.data.text() == R"({"which":"x","t":"default"})");
  CHECK(only_one(at, fields_node, "{}", message).first == "Failure");
}

TEST_CASE("the kind of the originator, and the profile of the device") {
  chain_bench at;
  auto message = message_of(at.device, "any", "{}");
  const auto by = [&](std::string_view node, std::string configuration = "{}") {
    return only_one(at, node, std::move(configuration), message).first;
  };
  const std::string types = R"({"originatorTypes":["ASSET","DEVICE"]})";
  CHECK(by("filter.TbOriginatorTypeFilterNode", types) == "True");
  CHECK(by("filter.TbOriginatorTypeFilterNode", "{}") == "False");
  CHECK(by("filter.TbOriginatorTypeSwitchNode") == "Device");
  CHECK(by("filter.TbDeviceTypeSwitchNode") == "default");
  message.originator.kind = entity_type::customer;
  CHECK(by("filter.TbOriginatorTypeFilterNode", types) == "False");
  CHECK(by("filter.TbOriginatorTypeSwitchNode") == "Customer");
  CHECK(by("filter.TbDeviceTypeSwitchNode") == "Failure");
}

TEST_CASE("the originator becomes what the device knows of its owners") {
  chain_bench at;
  const std::string node = "transform.TbChangeOriginatorNode";
  const auto message = message_of(at.device, "any", "{}");
  const auto [relation, left] = only_one(at, node, R"({"originatorSource":"TENANT"})", message);
  CHECK(relation == "Success");
  CHECK((left.originator == entity_ref{entity_type::tenant, at.device.info().tenant.value}));
  CHECK(only_one(at, node, "{}", message).first == "Failure");
  at.device.owner(customer_id{random_uuid()});
  const auto owned = only_one(at, node, "{}", message);
  CHECK(owned.first == "Success");
  CHECK((owned.second.originator ==
         entity_ref{entity_type::customer, at.device.info().customer->value}));
}

TEST_CASE("a message of a related device goes on in that one's actor") {
  chain_bench at;
  const std::string node = "transform.TbChangeOriginatorNode";
  const auto message = message_of(at.device, "any", "{}");
  at.through(node,
             R"({"originatorSource":"RELATED","relationsQuery":{"direction":"TO","maxLevel":1,)"
             R"("filters":[{"relationType":"Contains","entityTypes":["DEVICE"]}]}})",
             message);
  REQUIRE(at.device.left.size() == 1);
  const auto asked = at.device.left.back();
  CHECK(std::get<entity_work>(asked.what).of == entity_work::source::related);
  CHECK_FALSE(std::get<entity_work>(asked.what).query.from);
  const device_id other{random_uuid()};
  entity_found found;
  CHECK(at.go_on(asked, found).front().first == "Failure");
  found.entity = {entity_type::device, other.value};
  CHECK(at.go_on(asked, found).empty());
  REQUIRE(at.device.left.size() == 2);
  CHECK((at.device.left.back().what == chain_work(hand_over_work{other})));
  CHECK(at.go_on(at.device.left.back(), work_failed{"it is gone"}).front().first == "Failure");
  // In the other device's actor that is the device itself.
  auto handed = at.device.left.back();
  handed.place.message.originator.id = random_uuid();
  const auto [relation, there] = at.go_on(handed, handed_over{}).front();
  CHECK(relation == "Success");
  CHECK((there.originator == entity_ref{entity_type::device, at.device.info().id.value}));
}

TEST_CASE("an originator is found by its kind and name") {
  chain_bench at;
  const std::string node = "transform.TbChangeOriginatorNode";
  auto message = message_of(at.device, "any", R"({"who":"Waterworks"})");
  at.through(node,
             R"({"originatorSource":"ENTITY","entityType":"CUSTOMER",)"
             R"("entityNamePattern":"$[who]"})",
             message);
  REQUIRE(at.device.left.size() == 1);
  const auto& asked = std::get<entity_work>(at.device.left.back().what);
  CHECK(asked.of == entity_work::source::named);
  CHECK(asked.kind == entity_type::customer);
  CHECK(asked.name == "Waterworks");
  const entity_ref customer{entity_type::customer, random_uuid()};
  entity_found found;
  found.entity = customer;
  const auto [relation, left] = at.go_on(at.device.left.back(), found).front();
  CHECK(relation == "Success");
  CHECK(left.originator == customer);
  for (const std::string wrong :
       {R"({"originatorSource":"ENTITY","entityType":"ASSET","entityNamePattern":"a"})",
        R"({"originatorSource":"ENTITY","entityType":"DEVICE"})",
        R"({"originatorSource":"NOBODY"})"}) {
    CHECK(only_one(at, node, wrong, message).first == "Failure");
  }
  message.originator = {entity_type::alarm, random_uuid()};
  CHECK((
      only_one(at, node, R"({"originatorSource":"ALARM_ORIGINATOR"})", message).second.originator ==
      entity_ref{entity_type::device, at.device.info().id.value}));
}

TEST_CASE("server attributes of a customer or tenant are changed after the commit") {
  chain_bench at;
  auto message = message_of(at.device, "POST_ATTRIBUTES_REQUEST", R"({"limit":7})");
  message.originator = {entity_type::customer, random_uuid()};
  at.through("telemetry.TbMsgAttributesNode", R"({"scope":"SERVER_SCOPE"})", message);
  REQUIRE(at.device.left.size() == 1);
  CHECK(at.go_on(at.device.left[0], work_done{}).front().first == "Success");
  at.through("telemetry.TbMsgDeleteAttributesNode", R"({"scope":"SERVER_SCOPE","keys":["old"]})",
             message);
  REQUIRE(at.device.left.size() == 2);
  CHECK((at.device.left[0].what ==
         chain_work(attributes_work{message.originator, {{"limit", std::int64_t{7}}}, {}})));
  CHECK((at.device.left[1].what == chain_work(attributes_work{message.originator, {}, {"old"}})));
  for (const auto& one : at.device.left) {
    CHECK(decode_left_work(encode(one)).value().what == one.what);
  }
  CHECK(at.go_on(at.device.left[1], work_failed{"it is gone"}).front().first == "Failure");
  CHECK(
      only_one(at, "telemetry.TbMsgAttributesNode", R"({"scope":"SHARED_SCOPE"})", message).first ==
      "Failure");
  CHECK(at.device.done.empty());
}

} // namespace muster::test
