#include "actors/rules/engine/chain_work.hpp"
#include "tests/actors_device/chained_device.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

namespace muster::test {

namespace {

/// Devices that are deleted are told of at the tenant.
void listen_to_deletions(chained_device& at) {
  at.node("filter.TbMsgTypeFilterNode", R"({"messageTypes":["ENTITY_DELETED"]})");
  at.node("transform.TbChangeOriginatorNode", R"({"originatorSource":"TENANT"})");
  at.node("transform.TbTransformMsgNode",
          R"({"jsScript":"return {msg: {deleted: msg.name}, metadata: metadata, )"
          R"(msgType: 'POST_ATTRIBUTES_REQUEST'};"})");
  at.node("telemetry.TbMsgAttributesNode", R"({"scope":"SERVER_SCOPE"})");
  at.node("telemetry.TbMsgTimeseriesNode");
  at.connect(0, "True", 1);
  at.connect(1, "Success", 2);
  at.connect(2, "Success", 3);
  at.connect(0, "False", 4);
  at.use();
}

/// The identifier of the bench becomes a tenant's, with the chain of the bench.
void become_tenant(chained_device& at) {
  at.bench.application(delete_device{});
  for (const auto& one : at.bench.carried) {
    at.bench.worked(one.number, work_done{});
  }
  at.bench.pass(60'000);
  tenant own;
  own.id = tenant_id{device_of(1).value};
  persistence::write made;
  made.epoch = persistence::first_epoch;
  made.mutations = {persistence::put_tenant{std::nullopt, own}};
  at.bench.rows->commit({&made, 1});
  at.bench.crash();
}

/// A deleted device's message for the chain.
take_rule_message brought(const chained_device& at, std::string type, std::string body) {
  left_work told;
  told.place.at = {at.chain.id, {}};
  told.place.message.type = std::move(type);
  told.place.message.originator = {entity_type::device, device_of(2).value};
  told.place.message.data = message_data::of_text(std::move(body));
  told.what = hand_over_work{device_of(1)};
  return take_rule_message{encode(told), device_of(2), 1};
}

} // namespace

TEST_CASE("a device that is deleted tells its tenant's actor, whatever dies in between") {
  chained_device at;
  listen_to_deletions(at);
  const std::string name = at.bench.state->info().name;
  const tenant_id tenant = at.bench.state->info().tenant;
  CHECK(is<done>(at.bench.answer(at.bench.application(delete_device{}))));
  CHECK_FALSE(at.bench.rows->read_device_info(device_of(1)).value());
  if (GENERATE(true, false)) {
    at.bench.crash();
  }
  REQUIRE(at.bench.carried.size() == 1);
  const auto left = at.bench.carried.front();
  CHECK(std::get<hand_over_work>(left.what->what).to.value == tenant.value);
  CHECK(left.what->place.message.type == "ENTITY_DELETED");
  CHECK(left.what->place.message.data.tree().at("name") == name);
  CHECK((left.what->place.at == node_place{at.chain.id, {}}));
  CHECK(is<error>(at.bench.answer(at.bench.server(read_device{}))));

  at.bench.worked(left.number, try_again{"the server is busy"});
  at.bench.pass(1'000);
  CHECK(at.bench.carried.size() == 2);
  at.bench.worked(left.number, GENERATE(work_outcome(work_done{}),
                                        work_outcome(work_failed{"the tenant is gone"})));
  at.bench.pass(60'000);
  CHECK_FALSE(at.bench.rows->read_device(device_of(1)).value());
  CHECK(at.bench.rows->read_due(shard_of(device_of(1)), never, 9).value().empty());
  CHECK_FALSE(at.bench.state->present());
}

TEST_CASE("a device whose chain does not hear of its deletion leaves nothing") {
  chained_device at;
  at.node("telemetry.TbMsgTimeseriesNode");
  at.node("filter.TbMsgTypeFilterNode", R"({"messageTypes":["POST_TELEMETRY_REQUEST"]})");
  at.connect(1, "True", 0);
  at.chain.first_node = 1;
  at.use();
  at.entry.set([&] {
    device_rules none = *at.entry.get();
    none.shortcuts.events = true;
    return none;
  }());
  at.bench.application(delete_device{});
  CHECK(at.bench.carried.empty());
  CHECK_FALSE(at.bench.rows->read_device(device_of(1)).value());
}

TEST_CASE("in a tenant's actor chains run for messages of no device, each once") {
  chained_device at;
  listen_to_deletions(at);
  become_tenant(at);
  for (int times = 0; times < 2; ++times) {
    CHECK(is<done>(
        at.bench.answer(at.bench.server(brought(at, "ENTITY_DELETED", R"({"name":"gone"})")))));
  }
  REQUIRE(at.bench.carried.size() == 1);
  const auto& work = std::get<attributes_work>(at.bench.carried.front().what->what);
  CHECK((work.of == entity_ref{entity_type::tenant, device_of(1).value}));
  CHECK((work.saved == std::vector<key_value>{{"deleted", std::string("gone")}}));
}

TEST_CASE("a tenant that goes takes no message any more") {
  chained_device at;
  listen_to_deletions(at);
  become_tenant(at);
  device_rules going = *at.entry.get();
  going.tenant_gone = true;
  at.entry.set(std::move(going));
  const auto request = at.bench.server(brought(at, "ENTITY_DELETED", R"({"name":"gone"})"));
  CHECK(is_error(at.bench.answer(request), error_code::not_found));
  CHECK(at.bench.carried.empty());
}

TEST_CASE("a tenant's actor saves nothing of messages that are no device's") {
  chained_device at;
  listen_to_deletions(at);
  become_tenant(at);
  CHECK(is<done>(
      at.bench.answer(at.bench.server(brought(at, "POST_TELEMETRY_REQUEST", R"({"t":1})")))));
  const auto rows = at.bench.rows->read_device(device_of(1)).value();
  REQUIRE(rows);
  CHECK_FALSE(rows->exists);
  CHECK(rows->journal.empty());
}

TEST_CASE("whoever asks a tenant's actor for a device is told that there is none") {
  chained_device at;
  listen_to_deletions(at);
  become_tenant(at);
  for (const auto request :
       {at.bench.application(read_device{}), at.bench.application(delete_device{}),
        at.bench.server(read_credentials{}), at.bench.server(delete_device{}),
        at.bench.application(take_rule_message{})}) {
    const auto* why = std::get_if<error>(&at.bench.answer(request));
    REQUIRE(why != nullptr);
    CHECK(why->code == error_code::not_found);
  }
  const auto asked = at.bench.device(save_telemetry{{{std::nullopt, {{"t", std::int64_t{1}}}}}});
  CHECK(std::get<error>(at.bench.answer(asked)).code == error_code::unauthorized);
}

TEST_CASE("a generator of no device goes on in the tenant's actor over restarts") {
  chained_device at;
  at.node("debug.TbMsgGeneratorNode",
          R"({"originatorType":"RULE_NODE","periodInSeconds":5,)"
          R"("jsScript":"return {msg: {n: (prevMsg.n || 0) + 1}, metadata: {}, )"
          R"(msgType: 'POST_ATTRIBUTES_REQUEST'};"})");
  at.node("transform.TbChangeOriginatorNode", R"({"originatorSource":"TENANT"})");
  at.node("telemetry.TbMsgAttributesNode", R"({"scope":"SERVER_SCOPE"})");
  at.connect(0, "Success", 1);
  at.connect(1, "Success", 2);
  at.use();
  CHECK(at.bench.stored().outbox.empty());
  become_tenant(at);
  at.bench.pass(5'000);
  at.bench.crash();
  at.bench.pass(5'000);
  REQUIRE_FALSE(at.bench.carried.empty());
  const auto& work = std::get<attributes_work>(at.bench.carried.front().what->what);
  CHECK((work.saved == std::vector<key_value>{{"n", std::int64_t{1}}}));
  at.bench.worked(at.bench.carried.front().number, work_done{});
  REQUIRE(at.bench.carried.size() == 2);
  const auto& next = std::get<attributes_work>(at.bench.carried.back().what->what);
  CHECK((next.saved == std::vector<key_value>{{"n", std::int64_t{2}}}));
}

TEST_CASE("what a deleted tenant's chains have left goes with the next waking") {
  chained_device at;
  at.node("debug.TbMsgGeneratorNode",
          R"({"originatorType":"RULE_NODE","periodInSeconds":5,"jsScript":"return {};"})");
  at.use();
  become_tenant(at);
  CHECK(at.bench.rows->read_device(device_of(1)).value());
  persistence::write gone;
  gone.epoch = persistence::first_epoch;
  tenant own;
  own.id = tenant_id{device_of(1).value};
  gone.mutations = {persistence::erase_tenant{own}};
  at.bench.rows->commit({&gone, 1});
  at.bench.crash();
  at.bench.pass(60'000);
  CHECK_FALSE(at.bench.rows->read_device(device_of(1)).value());
}

} // namespace muster::test
