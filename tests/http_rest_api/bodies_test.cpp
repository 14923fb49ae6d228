#include "http/rest_api/device_body.hpp"
#include "http/rest_api/history_parameters.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/rpc_body.hpp"
#include "tests/catch.hpp"

#include <array>

namespace muster::http::rest::test {

namespace {

const std::string some_id = "8f1d1a80-0000-11f0-8000-000000000001";

result<device_body> device_of(const std::string& text) {
  return body_members::read(text).and_then(
      [](const body_members& members) { return read_device_body(members); });
}

result<credentials> credentials_of(const std::string& text) {
  return body_members::read(text).and_then(
      [](const body_members& members) { return read_credentials_body(members); });
}

std::string fault_of(const auto& read) {
  return read ? "" : read.error().message;
}

} // namespace

TEST_CASE("A device needs no more than a name") {
  const auto device = device_of(R"({"name":"x"})");
  REQUIRE(device);
  CHECK_FALSE(device->id);
  CHECK_FALSE(device->profile);
  CHECK_FALSE(device->version);
  CHECK(device->info.name == "x");
  CHECK(device->info.type.empty());
  CHECK_FALSE(device->info.label);
  CHECK(device->info.additional_info.text == "null");
  CHECK(device->info.device_data.text == "null");
}

TEST_CASE("Null members count as absent, unknown ones are ignored") {
  const auto device = device_of(R"({"id":null,"name":"x","label":null,"customerId":null,
      "deviceProfileId":null,"firmwareId":null,"version":null,"nobody":{"knows":[1]},
      "additionalInfo":{"b":1.0,"a":null}})");
  REQUIRE(device);
  CHECK_FALSE(device->id);
  CHECK(device->info.additional_info.text == R"({"b":1.0,"a":null})");
}

TEST_CASE("The identifier of nobody is no customer") {
  const auto device = device_of(
      R"({"name":"x","customerId":{"entityType":"CUSTOMER","id":"13814000-1dd2-11b2-8080-808080808080"},
          "id":{"entityType":"DEVICE","id":")" +
      some_id + R"("},"version":7})");
  REQUIRE(device);
  CHECK_FALSE(device->info.customer);
  REQUIRE(device->id);
  CHECK(to_string(*device->id) == some_id);
  CHECK(device->version == 7);
}

TEST_CASE("What is wrong in a device body is told") {
  CHECK(fault_of(device_of("{}")) == "Device name should be specified!");
  CHECK(fault_of(device_of(R"({"name":" "})")) == "Device name should be specified!");
  CHECK(fault_of(device_of(R"({"name":5})")) == "Member 'name' must be a string");
  CHECK(fault_of(device_of(R"({"name":"x","id":{"id":"y"}})")) == "Invalid UUID string: y");
  CHECK(fault_of(device_of(R"({"name":"x","id":"y"})")) == "Member 'id' must be an object");
  CHECK(fault_of(device_of(R"({"name":")" + std::string(256, 'n') + "\"}")) ==
        "name length must be equal or less than 255");
  CHECK(device_of("[]").error().code == error_code::malformed);
  CHECK(device_of("{name:x}").error().code == error_code::malformed);
}

TEST_CASE("Names are measured in characters, documents in bytes") {
  const auto named = [](std::size_t characters) {
    std::string name;
    for (std::size_t i = 0; i < characters; ++i) {
      name += "ж";
    }
    return device_of(R"({"name":")" + name + "\"}");
  };
  CHECK(named(255));
  CHECK(fault_of(named(256)) == "name length must be equal or less than 255");
  for (const std::string member : {"additionalInfo", "deviceData"}) {
    const auto with = [&](std::size_t bytes) {
      return device_of(R"({"name":"x",")" + member + "\":\"" + std::string(bytes - 2, 'd') + "\"}");
    };
    CHECK(with(65'536));
    CHECK(fault_of(with(65'537)) == member + " length must be equal or less than 65536 bytes");
  }
}

TEST_CASE("A token is what a path or a header can carry") {
  std::string long_token;
  for (int i = 0; i < 255; ++i) {
    long_token += "ж";
  }
  for (const std::string& good : {std::string{"a b"}, std::string{"%~."}, long_token}) {
    CHECK(check_access_token(good));
  }
  const std::string length = "A token must have 1 to 255 characters";
  const std::string character = "A token must not contain slashes or control characters";
  CHECK(fault_of(check_access_token("")) == length);
  CHECK(fault_of(check_access_token(long_token + "x")) == length);
  for (const std::string_view bad : {"a/b", "a\nb", "\x7f", "a\xc2\x85", "\xff"}) {
    CHECK(fault_of(check_access_token(bad)) == character);
  }
  CHECK(fault_of(check_access_token(std::string{"a\0b", 3})) == character);
  CHECK(fault_of(credentials_of(R"({"credentialsType":"ACCESS_TOKEN","credentialsId":"a\nb"})")) ==
        character);
}

TEST_CASE("A token is its own credentials' id") {
  const auto access = credentials_of(
      R"({"credentialsType":"ACCESS_TOKEN","credentialsId":"t","credentialsValue":"dropped"})");
  REQUIRE(access);
  CHECK(access->credentials_id == "t");
  CHECK_FALSE(access->credentials_value);
  CHECK(fault_of(credentials_of(R"({"credentialsType":"ACCESS_TOKEN","credentialsId":"me"})")) ==
        "'me' cannot be a token");
  CHECK(fault_of(credentials_of(R"({"credentialsType":"ACCESS_TOKEN"})")) ==
        "Device credentials id should be specified!");
  CHECK(fault_of(credentials_of("{}")) == "Device credentials type should be specified!");
  CHECK(fault_of(credentials_of(R"({"credentialsType":"WORD"})")) ==
        "Unknown device credentials type 'WORD'");
}

TEST_CASE("Other credentials are known by their hash") {
  CHECK(sha3_text("") == "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  const auto certificate = credentials_of(
      R"({"credentialsType":"X509_CERTIFICATE",
          "credentialsValue":"-----BEGIN CERTIFICATE-----\nAB\r\nCD\n-----END CERTIFICATE-----\n"})");
  REQUIRE(certificate);
  CHECK(certificate->credentials_value == "ABCD");
  CHECK(certificate->credentials_id == sha3_text("ABCD"));
  const auto mqtt = credentials_of(
      R"({"credentialsType":"MQTT_BASIC","credentialsValue":"{\"clientId\":\"c\",\"userName\":\"u\"}"})");
  REQUIRE(mqtt);
  CHECK(mqtt->credentials_id == sha3_text("c|u"));
  CHECK(fault_of(credentials_of(R"({"credentialsType":"MQTT_BASIC","credentialsValue":"{}"})")) ==
        "Both mqtt client id and user name are empty!");
  CHECK(fault_of(credentials_of(R"({"credentialsType":"MQTT_BASIC"})")) ==
        "Invalid credentials body for simple mqtt credentials!");
  CHECK(fault_of(credentials_of(R"({"credentialsType":"X509_CERTIFICATE"})")) ==
        "Certificate should be specified!");
}

TEST_CASE("An RPC waits as long as it says, but not less than the least") {
  const auto expiration = [](const std::string& members) {
    const auto read = read_rpc_body(R"({"method":"m")" + members + "}", 5'000, 1'000);
    REQUIRE(read);
    return read->expiration;
  };
  CHECK(expiration("") == 11'000);
  CHECK(expiration(R"(,"timeout":20000)") == 21'000);
  CHECK(expiration(R"(,"timeout":20000.9)") == 21'000);
  CHECK(expiration(R"(,"timeout":"20000")") == 21'000);
  CHECK(expiration(R"(,"timeout":1)") == 6'000);
  CHECK(expiration(R"(,"timeout":"soon")") == 6'000);
  CHECK(expiration(R"(,"timeout":-1)") == 6'000);
  CHECK(expiration(R"(,"timeout":null)") == 11'000);
  CHECK(expiration(R"(,"timeout":9223372036854775807)") == INT64_MAX);
  CHECK(expiration(R"(,"expirationTime":5)") == 5);
  CHECK(expiration(R"(,"timeout":20000,"expirationTime":null)") == 21'000);
}

TEST_CASE("What an RPC carries survives unchanged") {
  const auto read = read_rpc_body(
      R"({"method":"set","params":{"b":1.0,"a":[null,"x"]},"persistent":true,"retries":3,
          "additionalInfo":"note","requestUUID":"8f1d1a80-0000-11f0-8000-000000000001"})",
      5'000, 0);
  REQUIRE(read);
  CHECK(read->method == "set");
  CHECK(read->params.text == R"({"b":1.0,"a":[null,"x"]})");
  CHECK(read->persistent);
  CHECK(read->retries == 3);
  CHECK(read->additional_info.text == "\"note\"");
  CHECK(to_string(read->request_id) == some_id);
  const auto bare = read_rpc_body(R"({"method":7})", 0, 0);
  REQUIRE(bare);
  CHECK(bare->method == "7");
  CHECK(bare->params.text == "null");
  CHECK_FALSE(bare->retries);
}

TEST_CASE("What is wrong in an RPC body is told") {
  CHECK(read_rpc_body("", 0, 0).error().code == error_code::malformed);
  CHECK(read_rpc_body("[]", 0, 0).error().code == error_code::malformed);
  CHECK(read_rpc_body("{method:m}", 0, 0).error().code == error_code::malformed);
  CHECK(fault_of(read_rpc_body("{}", 0, 0)) == "Method must be specified!");
  CHECK(fault_of(read_rpc_body(R"({"method":{}})", 0, 0)) == "Method must be a string!");
  CHECK(fault_of(read_rpc_body(R"({"method":"m","retries":-1})", 0, 0)) ==
        "Member 'retries' must not be negative");
  CHECK(fault_of(read_rpc_body(R"({"method":"m","requestUUID":"x"})", 0, 0)) ==
        "Invalid UUID string: x");
}

TEST_CASE("A page needs size and number") {
  constexpr std::array<sort_name, 1> sortable{{{"deviceProfileName", "type"}}};
  const auto page = [&](std::string_view query) {
    return read_page(query_parameters{query}, sortable);
  };
  const auto whole =
      page("pageSize=20&page=3&textSearch=a%20b&sortProperty=deviceProfileName&sortOrder=DESC");
  REQUIRE(whole);
  CHECK(whole->size == 20);
  CHECK(whole->page == 3);
  CHECK(whole->text_search == "a b");
  CHECK(whole->sort_property == "type");
  CHECK(whole->descending);
  CHECK(page("pageSize=1&page=0&textSearch=&sortProperty=&sortOrder="));
  CHECK(fault_of(page("pageSize=0&page=0")) ==
        "Incorrect page link page size '0'. Page size must be greater than zero.");
  for (const auto* bad : {"", "pageSize=1", "page=0", "pageSize=x&page=0", "pageSize=1&page=-1",
                          "pageSize=10001&page=0", "pageSize=1&page=0&sortProperty=shoe",
                          "pageSize=1&page=0&sortOrder=UP"}) {
    INFO(bad);
    REQUIRE_FALSE(page(bad));
    CHECK(page(bad).error().code == error_code::invalid);
  }
}

TEST_CASE("History has the reference's defaults") {
  const auto read = [](std::string_view query) {
    return read_history_request(query_parameters{query});
  };
  const auto plain = read("keys=a,b,a&key=c&startTs=1&endTs=2");
  REQUIRE(plain);
  CHECK(plain->keys == std::vector<std::string>{"a", "b", "c"});
  CHECK(plain->range.limit == 100);
  CHECK(plain->range.descending);
  CHECK(plain->range.agg == aggregation::none);
  CHECK(plain->form == http::json::value_form::text);
  // Steps of no length: plain points.
  CHECK(read("keys=a&startTs=1&endTs=2&agg=MAX")->range.agg == aggregation::none);
  CHECK(read("keys=a&startTs=1&endTs=2&agg=MAX&interval=5")->range.agg == aggregation::max);
  CHECK(read("keys=a&startTs=1&endTs=2&agg=SUM&intervalType=MONTH")->range.agg == aggregation::sum);
  CHECK_FALSE(read("keys=a&startTs=1&endTs=2&orderBy=ASC")->range.descending);
  CHECK(read("keys=a&startTs=1&endTs=2&useStrictDataTypes=True")->form ==
        http::json::value_form::strict);
  for (const auto* bad :
       {"startTs=1&endTs=2", "keys=a&endTs=2", "keys=a&startTs=x&endTs=2",
        "keys=a&startTs=1&endTs=2&agg=MEDIAN", "keys=a&startTs=1&endTs=2&limit=0",
        "keys=a&startTs=1&endTs=2&interval=-1", "keys=a&startTs=1&endTs=2&orderBy=UP",
        "keys=a&startTs=1&endTs=2&intervalType=DAY",
        "keys=a&startTs=1&endTs=2&useStrictDataTypes=perhaps"}) {
    INFO(bad);
    CHECK_FALSE(read(bad));
  }
}

} // namespace muster::http::rest::test
