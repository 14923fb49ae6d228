#include "persistence/encoding/rows.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/support/generators.hpp"

#include <rapidcheck.h>

namespace muster::test {

using namespace persistence;

namespace {

template <class Row>
std::string encoded(const Row& row) {
  std::string bytes;
  encode(row, bytes);
  return bytes;
}

template <class Row>
bool reads(std::string_view bytes) {
  Row row{};
  return decode(bytes, row).has_value();
}

/// What every row promises, over random rows.
template <class Row>
void check_row(const char* name, const rc::Gen<Row>& rows) {
  INFO(name);
  CHECK(rc::check(std::string(name) + ": round trip", [&] {
    const Row row = *rows;
    Row back{};
    RC_ASSERT(decode(encoded(row), back).has_value());
    RC_ASSERT(back == row);
  }));
  CHECK(rc::check(std::string(name) + ": truncated rows are errors", [&] {
    const std::string bytes = encoded(*rows);
    const auto size = *rc::gen::inRange<std::size_t>(0, bytes.size());
    RC_ASSERT_FALSE(reads<Row>(std::string_view(bytes).substr(0, size)));
  }));
  CHECK(rc::check(std::string(name) + ": garbage never crashes", [&] {
    std::string bytes = encoded(*rows);
    const auto at = *rc::gen::inRange<std::size_t>(2, bytes.size());
    bytes[at] = *rc::gen::arbitrary<char>();
    reads<Row>(bytes);
    reads<Row>(*rc::gen::arbitrary<std::string>());
  }));
  CHECK(rc::check(std::string(name) + ": newer versions", [&] {
    std::string bytes = encoded(*rows);
    // A newer writer that old readers may read: with fields they do not know.
    bytes[0] = '\x7f';
    bytes += "more";
    RC_ASSERT(reads<Row>(bytes));
    bytes[1] = '\x7f';
    RC_ASSERT_FALSE(reads<Row>(bytes));
  }));
}

} // namespace

TEST_CASE("rows of devices are encoded") {
  check_row("device", any_device_info());
  check_row("credentials", any_credentials());
  check_row("counters", any_counters());
  check_row("attributes", rc::gen::container<std::vector<attribute_row>>(any_attribute_row()));
  check_row("latest values", any_latest());
  check_row("RPC", any_rpc_row());
}

TEST_CASE("rows of the directory are encoded") {
  check_row("user", any_user());
  check_row("tenant", any_tenant());
  check_row("customer", any_customer());
  check_row("profile", any_profile());
  check_row("package", any_package());
  check_row("audit entry", any_audit());
  check_row("job", any_job());
  check_row("rule chain", any_rule_chain());
  check_row("relation", any_relation());
  check_row("event of a rule node", any_rule_event());
  check_row("attribute of an entity", any_attribute());
  check_row("alarm", any_alarm());
  check_row("comment of an alarm", any_alarm_comment());
  check_row("token index", any_owner());
  check_row("revocation", any_revocation());
}

namespace {

/// What the first version of a row's program wrote: without the fields of the second one, which
/// are so many bytes when they hold nothing.
template <class Row>
void check_first_version(const char* name, const Row& row, std::size_t added) {
  INFO(name);
  std::string bytes = encoded(row);
  bytes[0] = 1;
  bytes.resize(bytes.size() - added);
  Row back{};
  REQUIRE(decode(bytes, back).has_value());
  CHECK(back == row);
}

} // namespace

TEST_CASE("rows of the first version are read") {
  user reader;
  reader.email = "a@b";
  reader.version = 300;
  check_first_version("user", reader, 2);
  tenant owner;
  owner.title = "Tenant";
  check_first_version("tenant", owner, 1 + 8 + 6);
  customer client;
  client.title = "Customer";
  check_first_version("customer", client, 8 + 1);
  device_profile profile;
  profile.name = "default";
  check_first_version("profile", profile, 1 + 2 + 2 + 2 + 3 + 1 + 1 + 2 + 2 + 5);
  check_first_version("counters", put_counters{7, 8, 9}, 1 + 1);
  device_info device;
  device.name = "device";
  check_first_version("device", device, 1 + 4);
  check_first_version("token index", token_owner{{uuid{{1}}}, 3}, 32);
}

TEST_CASE("what profiles named before there were rule chains is forgotten") {
  device_profile profile;
  profile.name = "default";
  profile.default_rule_chain = rule_chain_id{uuid{{1}}};
  std::string bytes = encoded(profile);
  bytes[0] = 2;
  device_profile back;
  REQUIRE(decode(bytes, back).has_value());
  profile.default_rule_chain.reset();
  CHECK(back == profile);
}

TEST_CASE("a rule chain with places outside its nodes is not read") {
  rule_chain chain;
  chain.first_node = 0;
  CHECK_FALSE(reads<rule_chain>(encoded(chain)));
  chain.nodes.resize(1);
  CHECK(reads<rule_chain>(encoded(chain)));
  chain.connections = {{0, 1, "Success"}};
  CHECK_FALSE(reads<rule_chain>(encoded(chain)));
}

TEST_CASE("rows of history are encoded") {
  CHECK(rc::check("round trip into a used row", [] {
    const auto values = *any_values();
    const auto expires = *any_time();
    std::string bytes;
    const bool server_time = *rc::gen::arbitrary<bool>();
    encode_history(values, expires, server_time, bytes);
    append_history row{1, 2, *any_values(), 3};
    RC_ASSERT(decode_history(bytes, row).has_value());
    RC_ASSERT((row == append_history{1, 2, values, expires, server_time}));
    RC_ASSERT(expiry_of_history(bytes) == expires);
    const auto size = *rc::gen::inRange<std::size_t>(0, bytes.size());
    RC_ASSERT_FALSE(decode_history(std::string_view(bytes).substr(0, size), row).has_value());
    expiry_of_history(std::string_view(bytes).substr(0, size));
  }));
}

TEST_CASE("a message of two values is short") {
  std::string bytes;
  encode_history({{"temperature", std::int64_t{42}}, {"humidity", std::int64_t{73}}}, 0, true,
                 bytes);
  CHECK(bytes.size() == 2 + 1 + 1 + 1 + (1 + 11 + 2) + (1 + 8 + 3));
}

TEST_CASE("the end of an RPC is read from its head") {
  CHECK(rc::check([] {
    const auto row = *any_rpc_row();
    RC_ASSERT(end_of_rpc(encoded(row)) == row.ended);
    RC_ASSERT(end_of_rpc(encoded(rpc_place{{}, row.ended})) == row.ended);
  }));
}

} // namespace muster::test
