#include "actors/device/device_events.hpp"
#include "actors/device/outbox.hpp"
#include "actors/rules/engine/chain_work.hpp"
#include "tests/actors_device/chained_device.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

/// Messages of one type become telemetry: what is told of.
struct listening_device : chained_device {
  explicit listening_device(const std::string& type, const std::string& values) {
    node("filter.TbMsgTypeFilterNode", R"({"messageTypes":[")" + type + R"("]})");
    node("transform.TbTransformMsgNode",
         R"({"jsScript":"return {msg:)" + values +
             R"(, metadata: metadata, msgType: 'POST_TELEMETRY_REQUEST'};"})");
    node("telemetry.TbMsgTimeseriesNode");
    node("rpc.TbSendRPCRequestNode");
    connect(0, "True", 1);
    connect(1, "Success", 2);
    connect(0, "False", 3);
  }
};

} // namespace

TEST_CASE("a chain hears what becomes of a persistent RPC") {
  const auto state = GENERATE(as<std::string>{}, "QUEUED", "DELIVERED", "SUCCESSFUL", "DELETED");
  listening_device at("RPC_" + state, "{saw: msg.request.body.method + ' ' + msg.status}");
  at.use();
  const auto id =
      std::get<rpc_accepted>(
          at.bench.answer(at.bench.application(send_rpc{at.bench.request(false, true)})))
          .id;
  CHECK(at.saved().contains("saw") == (state == "QUEUED"));
  if (state == "DELETED") {
    at.bench.application(delete_rpc{id});
    CHECK(at.saved().contains("saw"));
    return;
  }
  const auto poll = at.bench.poll_rpc_for(1, 10'000);
  const auto number = std::get<rpc_delivery>(at.bench.answer(poll)).number;
  at.bench.report(1, true);
  CHECK(at.saved().contains("saw") == (state != "SUCCESSFUL"));
  at.bench.device(answer_rpc{number, answer_rpc::form::json, {"{}"}});
  CHECK(at.saved().contains("saw"));
}

TEST_CASE("a chain hears of telemetry that applications save, and not of its device's") {
  listening_device at("TIMESERIES_UPDATED", "{saw: msg.timeseries[0].values.t}");
  at.use();
  at.bench.device(save_telemetry{{{std::nullopt, {{"t", std::int64_t{1}}}}}});
  CHECK_FALSE(at.saved().contains("saw"));
  at.bench.application(save_telemetry{{{std::nullopt, {{"t", std::int64_t{2}}}}}});
  CHECK(at.saved().contains("saw"));
}

TEST_CASE("a chain hears of telemetry that applications delete") {
  listening_device at("TIMESERIES_DELETED", "{saw: msg.timeseries.join()}");
  at.use();
  at.bench.application(delete_telemetry{{"t"}, true});
  CHECK(at.saved().contains("saw"));
}

TEST_CASE("a chain that makes itself be told of more and more is stopped") {
  chained_device at;
  at.node("filter.TbMsgTypeFilterNode", R"({"messageTypes":["RPC_QUEUED"]})");
  at.node(
      "transform.TbTransformMsgNode",
      R"({"jsScript":"return {msg: {method: 'again', params: {}}, metadata: {persistent: 'true', oneway: 'true', expirationTime: '4000000000000'}, msgType: msgType};"})");
  at.node("rpc.TbSendRPCRequestNode");
  at.connect(0, "True", 1);
  at.connect(1, "Success", 2);
  at.connect(0, "False", 2);
  at.use();
  CHECK(is<rpc_accepted>(
      at.bench.answer(at.bench.application(send_rpc{at.bench.request(true, true)}))));
  CHECK(at.bench.stored().rpcs.size() == 101);
}

TEST_CASE("a chain hears of changes of its device") {
  listening_device at("ENTITY_UPDATED", "{saw: msg.name + ' ' + metadata.entityType}");
  at.use();
  auto info = at.bench.state->info();
  info.label = "kitchen";
  CHECK(is<device_info>(at.bench.answer(at.bench.application(update_device{info, std::nullopt}))));
  CHECK(at.saved().contains("saw"));
}

TEST_CASE("a chain hears to whom its device is given, and of whom it is taken") {
  const auto type = GENERATE(as<std::string>{}, "ENTITY_ASSIGNED", "ENTITY_UNASSIGNED");
  listening_device at(type, "{saw: metadata.assignedCustomerId || metadata.unassignedCustomerId}");
  at.use();
  customer owner;
  owner.id = customer_id{uuid{{9}}};
  owner.tenant = at.bench.state->info().tenant;
  persistence::write made;
  made.epoch = persistence::first_epoch;
  made.mutations = {persistence::put_customer{std::nullopt, owner}};
  at.bench.rows->commit({&made, 1});
  CHECK(is<device_info>(at.bench.answer(at.bench.application(assign_device{owner.id}))));
  CHECK(at.saved().contains("saw") == (type == "ENTITY_ASSIGNED"));
  CHECK(is<device_info>(at.bench.answer(at.bench.application(assign_device{std::nullopt}))));
  CHECK(at.saved().contains("saw"));
}

TEST_CASE("attributes that a chain saves are told of when it says so") {
  chained_device at;
  at.node("filter.TbMsgTypeFilterNode", R"({"messageTypes":["POST_ATTRIBUTES_REQUEST"]})");
  at.node("telemetry.TbMsgAttributesNode",
          R"({"scope":"SERVER_SCOPE","sendAttributesUpdatedNotification":true})");
  at.node("filter.TbMsgTypeFilterNode", R"({"messageTypes":["ATTRIBUTES_UPDATED"]})");
  at.node("transform.TbTransformMsgNode",
          R"({"jsScript":"return {msg: {saw: msg.a}, msgType: 'POST_TELEMETRY_REQUEST'};"})");
  at.node("telemetry.TbMsgTimeseriesNode");
  at.connect(0, "True", 1);
  at.connect(0, "False", 2);
  at.connect(2, "True", 3);
  at.connect(3, "Success", 4);
  at.use();
  at.bench.device(save_attributes{attribute_scope::client, {{"a", std::int64_t{1}}}});
  CHECK(at.saved().contains("saw"));
}

TEST_CASE("a chain hears that its device was made, and once") {
  listening_device at("ENTITY_CREATED", "{saw: msg.name + metadata.entityName}");
  at.use();
  persistence::write made = write_of(device_of(1));
  rule_message told =
      entity_event("ENTITY_CREATED", at.bench.stored().info, nullptr, at.bench.clock.at.wall);
  outbox::first_messages({std::move(told)}, at.bench.clock.at.wall, made.mutations);
  at.bench.rows->commit({&made, 1});
  at.bench.dies = GENERATE(true, false);
  at.bench.crash();
  at.bench.pass(100);
  at.bench.pass(100);
  CHECK(at.saved().contains("saw"));
  CHECK(at.bench.stored().outbox.size() == 1);
  CHECK_FALSE(at.bench.stored().due_outbox);
}

TEST_CASE("a change of a device is answered when what its chain makes of that is durable") {
  listening_device at("ENTITY_UPDATED", "{saw: msg.label}");
  at.use();
  update_device change{at.bench.stored().info, std::nullopt};
  change.info.label = "new";
  const auto request = at.bench.application(change);
  CHECK(is<device_info>(at.bench.answer(request)));
  CHECK(at.saved().contains("saw"));
  change.info.version = 99;
  change.expected_version = 99;
  CHECK(is<error>(at.bench.answer(at.bench.application(change))));
}

TEST_CASE("a change that is refused is answered so, though a chain waits to hear of it") {
  listening_device at("ENTITY_UPDATED", "{saw: msg.label}");
  at.use();
  store_device(*at.bench.rows, 2);
  update_device change{at.bench.stored().info, std::nullopt};
  change.info.name = at.bench.rows->read_device(device_of(2)).value()->info.name;
  const auto request = at.bench.application(change);
  CHECK(std::get<error>(at.bench.answer(request)).code == error_code::already_exists);
  CHECK_FALSE(at.saved().contains("saw"));
}

TEST_CASE("a chain hears of a relation, and whoever made it waits for that") {
  listening_device at("RELATION_ADD_OR_UPDATE", "{saw: msg.type}");
  at.use();
  const relation one{{entity_type::device, device_of(1).value},
                     {entity_type::customer, random_uuid()},
                     "Contains"};
  const left_work told{
      {{}, {}, relation_event("RELATION_ADD_OR_UPDATE", one.from, &one, caller{}, 5)}, wait_work{}};
  const auto request = at.bench.server(take_rule_message{encode(told), std::nullopt, 0});
  CHECK(is<done>(at.bench.answer(request)));
  CHECK(at.saved().contains("saw"));
  CHECK(std::get<error>(at.bench.answer(at.bench.server(take_rule_message{"junk"}))).code ==
        error_code::invalid);
  CHECK(std::get<error>(at.bench.answer(at.bench.application(take_rule_message{encode(told)})))
            .code == error_code::forbidden);
}

} // namespace muster::test
