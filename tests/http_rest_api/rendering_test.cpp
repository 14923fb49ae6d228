#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/errors.hpp"
#include "http/rest_api/history_text.hpp"
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

namespace muster::http::rest::test {

namespace {

uuid uuid_of(int number) {
  uuid id;
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

device_info some_device() {
  device_info device;
  device.id = device_id{uuid_of(1)};
  device.created = 1700000000000;
  device.tenant = tenant_id{uuid_of(2)};
  device.profile = profile_id{uuid_of(3)};
  device.name = "A \"1\"";
  device.type = "default";
  return device;
}

rpc_record some_rpc() {
  rpc_record rpc;
  rpc.id = rpc_id{uuid_of(5)};
  rpc.created = 7;
  rpc.request.request_id = uuid_of(6);
  rpc.request.method = "m";
  rpc.request.params.text = R"({"x":"y"})";
  rpc.request.additional_info.text = R"({"a":1})";
  rpc.request.expiration = 9;
  return rpc;
}

} // namespace

TEST_CASE("A device is shown whole") {
  std::string out;
  append_device(out, some_device(), false);
  CHECK(
      out ==
      R"({"id":{"entityType":"DEVICE","id":"00000000-0000-0000-0000-000000000001"},)"
      R"("createdTime":1700000000000,"additionalInfo":null,)"
      R"("tenantId":{"entityType":"TENANT","id":"00000000-0000-0000-0000-000000000002"},)"
      R"("customerId":{"entityType":"CUSTOMER","id":"13814000-1dd2-11b2-8080-808080808080"},)"
      R"("name":"A \"1\"","type":"default","label":null,)"
      R"("deviceProfileId":{"entityType":"DEVICE_PROFILE","id":"00000000-0000-0000-0000-000000000003"},)"
      R"("firmwareId":null,"softwareId":null,"externalId":null,"version":1,)"
      R"("deviceData":{"configuration":{"type":"DEFAULT"},"transportConfiguration":{"type":"DEFAULT"}}})");
}

TEST_CASE("A device is owned by its customer, else by its tenant") {
  auto device = some_device();
  std::string out;
  append_device(out, device, true);
  CHECK(nlohmann::json::parse(out)["ownerId"]["entityType"] == "TENANT");
  device.customer = customer_id{uuid_of(4)};
  device.device_data.text = R"({"configuration":{"type":"OTHER"}})";
  out.clear();
  append_device(out, device, true);
  const auto shown = nlohmann::json::parse(out);
  CHECK(shown["ownerId"]["id"] == to_string(uuid_of(4)));
  CHECK(shown["customerId"]["id"] == to_string(uuid_of(4)));
  CHECK(shown["deviceData"]["configuration"]["type"] == "OTHER");
}

TEST_CASE("Device info shows what is around the device") {
  auto device = some_device();
  customer owner;
  owner.title = "Customer A";
  owner.is_public = true;
  std::string out;
  append_device_info(out, device, {owner, "default", true});
  const auto shown = nlohmann::json::parse(out);
  CHECK(shown["customerTitle"] == "Customer A");
  CHECK(shown["customerIsPublic"] == true);
  CHECK(shown["deviceProfileName"] == "default");
  CHECK(shown["active"] == true);
  out.clear();
  append_device_info(out, device, {std::nullopt, "default", false});
  CHECK(nlohmann::json::parse(out)["customerTitle"].is_null());
}

TEST_CASE("Credentials are shown with a bare identifier") {
  credentials access;
  access.id = uuid_of(8);
  access.device = device_id{uuid_of(1)};
  access.credentials_id = "token";
  std::string out;
  append_credentials(out, access);
  CHECK(out ==
        R"({"id":{"id":"00000000-0000-0000-0000-000000000008"},"createdTime":0,)"
        R"("deviceId":{"entityType":"DEVICE","id":"00000000-0000-0000-0000-000000000001"},)"
        R"("credentialsType":"ACCESS_TOKEN","credentialsId":"token","credentialsValue":null,)"
        R"("version":1})");
}

TEST_CASE("A persistent RPC is shown with its request") {
  std::string out;
  append_rpc(out, some_rpc(), tenant_id{uuid_of(2)}, device_id{uuid_of(1)});
  const auto shown = nlohmann::json::parse(out);
  CHECK(shown["request"]["body"] == nlohmann::json({{"method", "m"}, {"params", R"({"x":"y"})"}}));
  CHECK(shown["request"]["additionalInfo"] == R"({"a":1})");
  CHECK(shown["request"]["retries"].is_null());
  CHECK(shown["request"]["persisted"] == true);
  CHECK(shown["additionalInfo"] == nlohmann::json({{"a", 1}}));
  CHECK(shown["response"].is_null());
  CHECK(shown["status"] == "QUEUED");
}

TEST_CASE("A user is shown without the password") {
  user who;
  who.id = user_id{uuid_of(1)};
  who.email = "a@b";
  who.role = authority::system_administrator;
  who.password_hash = "secret";
  std::string out;
  append_user(out, who);
  CHECK(out.find("secret") == std::string::npos);
  const auto shown = nlohmann::json::parse(out);
  CHECK(shown["authority"] == "SYS_ADMIN");
  CHECK(shown["tenantId"]["id"] == to_string(null_uuid));
  CHECK(shown["name"] == "a@b");
}

TEST_CASE("A page counts its pages") {
  page<int> numbers{{1, 2}, 5, true};
  const auto append = [](std::string& out, int number) { out += std::to_string(number); };
  CHECK(page_json(numbers, 2, append) ==
        R"({"data":[1,2],"totalPages":3,"totalElements":5,"hasNext":true})");
  CHECK(page_json(page<int>{}, 2, append) ==
        R"({"data":[],"totalPages":0,"totalElements":0,"hasNext":false})");
}

TEST_CASE("Errors have the reference's shapes") {
  const auto shown = fault(error{error_code::forbidden, {}}, 5);
  CHECK(shown.status == 403);
  CHECK(shown.body == R"({"status":403,"message":"You don't have permission to perform this )"
                      R"(operation!","errorCode":20,"timestamp":5})");
  CHECK(fault(error{error_code::version_conflict, "x"}, 0).status == 409);
  const auto text = text_fault(error{error_code::invalid, "why"}, 5);
  CHECK(text.status == 400);
  CHECK(text.body == "why");
  CHECK(text.content_type == text_type);
  const auto busy = text_fault(error{error_code::overloaded, {}}, 5);
  CHECK(busy.status == 503);
  CHECK(busy.content_type == json_type);
  CHECK(busy.extra_headers.find("Retry-After: 1") != std::string::npos);
  // What went wrong inside is nobody's business.
  CHECK(fault(error{error_code::internal, "secret"}, 0).body.find("secret") == std::string::npos);
  CHECK(too_many_tries(1500, 0).extra_headers.find("Retry-After: 2") != std::string::npos);
}

TEST_CASE("History text does not show how it was cut into pages") {
  CHECK(rc::check([] {
    using points = std::vector<std::int64_t>;
    const auto per_key = *rc::gen::container<std::vector<points>>(
        rc::gen::container<points>(rc::gen::arbitrary<std::int64_t>()));
    RC_PRE(!per_key.empty());
    history_request asked;
    asked.form = http::json::value_form::strict;
    nlohmann::ordered_json expected = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < per_key.size(); ++i) {
      asked.keys.push_back("k" + std::to_string(i));
      for (const auto number : per_key[i]) {
        expected[asked.keys.back()].push_back({{"ts", number}, {"value", number}});
      }
    }
    history_text text{asked};
    std::string out;
    for (std::size_t i = 0; i < per_key.size(); ++i) {
      RC_ASSERT(text.next_query().key == asked.keys[i]);
      RC_ASSERT(text.next_query().spent.rows == i);
      history_page page;
      page.spent.rows = i + 1;
      for (const auto number : per_key[i]) {
        page.points.push_back({number, value{number}});
      }
      text.add(page);
      if (*rc::gen::arbitrary<bool>()) {
        out += text.take();
      }
    }
    RC_ASSERT(text.complete());
    out += text.take();
    RC_ASSERT(out == expected.dump());
  }));
}

} // namespace muster::http::rest::test
