#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

const std::string rest_class = "rest.TbRestApiCallNode";

rule_message told(const chain_bench& at, std::string body = R"({"t":21})") {
  auto message = message_of(at.device, "POST_TELEMETRY_REQUEST", std::move(body));
  message.metadata["room"] = "kitchen";
  return message;
}

/// What the node asks for with that configuration.
http_work asked(chain_bench& at, std::string configuration, std::string body = R"({"t":21})") {
  at.device.left.clear();
  at.through(rest_class, std::move(configuration), told(at, std::move(body)));
  REQUIRE(at.device.left.size() == 1);
  return std::get<http_work>(at.device.left.front().what);
}

} // namespace

TEST_CASE("the REST call node asks as it is told") {
  chain_bench at;
  const auto usual = asked(at, R"({"restEndpointUrlPattern":"http://a/${room}?t=$[t]"})");
  CHECK(usual.method == "POST");
  CHECK(usual.url == "http://a/kitchen?t=21");
  CHECK(usual.body == R"({"t":21})");
  CHECK((usual.headers ==
         std::vector<std::pair<std::string, std::string>>{{"Content-Type", "application/json"}}));
  CHECK(usual.timeout == 60'000);
  CHECK(usual.max_answer_bytes == 262'144);
  const auto own = asked(at,
                         R"({"restEndpointUrlPattern":"https://a","requestMethod":"PUT",)"
                         R"("headers":{"X-${room}":"$[t]","content-type":"a/b"},)"
                         R"("readTimeoutMs":7,"maxParallelRequestsCount":3,)"
                         R"("maxInMemoryBufferSizeInKb":1,"parseToPlainText":true,)"
                         R"("credentials":{"type":"basic","username":"u","password":"pw"}})",
                         R"("a\nb")");
  CHECK(own.method == "PUT");
  CHECK(own.body == "a\nb");
  CHECK((own.headers ==
         std::vector<std::pair<std::string, std::string>>{
             {"X-kitchen", "$[t]"}, {"content-type", "a/b"}, {"Authorization", "Basic dTpwdw=="}}));
  CHECK(own.timeout == 7);
  CHECK(own.most_parallel == 3);
  CHECK(own.max_answer_bytes == 1'024);
  CHECK_FALSE(asked(at, R"({"restEndpointUrlPattern":"http://a","requestMethod":"GET"})").body);
  CHECK_FALSE(asked(at, R"({"restEndpointUrlPattern":"http://a","ignoreRequestBody":true})").body);
}

TEST_CASE("what a device sends makes no other request of a REST call") {
  chain_bench at;
  auto message = told(at);
  message.metadata["room"] = "a\r\nX-Evil: 1";
  SECTION("no second header") {
    at.through(rest_class, R"({"restEndpointUrlPattern":"http://a","headers":{"X":"${room}"}})",
               message);
  }
  SECTION("no body of another length") {
    at.through(rest_class,
               R"({"restEndpointUrlPattern":"http://a","headers":{"Content-Length":"1"}})",
               message);
  }
  SECTION("no other protocol") {
    message.metadata["room"] = "file:///etc/passwd";
    at.through(rest_class, R"({"restEndpointUrlPattern":"${room}"})", message);
  }
  CHECK(at.device.left.empty());
  CHECK(at.failures.size() == 1);
}

TEST_CASE("the REST call node goes on with the answer") {
  chain_bench at;
  asked(at, R"({"restEndpointUrlPattern":"http://a"})");
  const left_work work = at.device.left.front();
  const auto after = [&](work_outcome outcome) {
    const auto gone = at.go_on(work, std::move(outcome));
    REQUIRE(gone.size() == 1);
    return gone.front();
  };
  SECTION("a good one") {
    const auto [relation, message] =
        after(http_answer{201, {{"A", "1"}, {"B", "2"}, {"B", "3"}}, R"({"ok":true})"});
    CHECK(relation == "Success");
    CHECK(message.data.text() == R"({"ok":true})");
    CHECK(message.metadata.at("status") == "CREATED");
    CHECK(message.metadata.at("statusCode") == "201");
    CHECK(message.metadata.at("statusReason") == "Created");
    CHECK(message.metadata.at("A") == "1");
    CHECK(message.metadata.at("B") == R"(["2","3"])");
    CHECK(message.metadata.at("room") == "kitchen");
  }
  SECTION("one that is no JSON") {
    CHECK(after(http_answer{200, {}, "a \"b\""}).second.data.text() == R"("a \"b\"")");
    CHECK(after(http_answer{200, {}, ""}).second.data.text() == "{}");
  }
  SECTION("a refusal") {
    const auto [relation, message] = after(http_answer{404, {{"A", "1"}}, "gone"});
    CHECK(relation == "Failure");
    CHECK(message.data.text() == R"({"t":21})");
    CHECK(message.metadata.at("status") == "NOT_FOUND");
    CHECK(message.metadata.at("error_body") == "gone");
    CHECK(message.metadata.at("A") == "1");
    CHECK(at.failures == std::vector<std::string>{"404 Not Found"});
  }
  SECTION("none") {
    const auto [relation, message] = after(work_failed{"no route"});
    CHECK(relation == "Failure");
    CHECK(message.metadata.at("error") == "no route");
  }
}

TEST_CASE("the REST call node refuses configurations that make no sense") {
  chain_bench at;
  for (const std::string wrong :
       {R"({})", R"({"restEndpointUrlPattern":"http://a","requestMethod":"FETCH"})",
        R"({"restEndpointUrlPattern":"http://a","enableProxy":true})",
        R"({"restEndpointUrlPattern":"http://a","credentials":{"type":"cert.PEM"}})",
        R"({"restEndpointUrlPattern":"http://a","headers":{"a":1}})",
        R"({"restEndpointUrlPattern":"http://a","readTimeoutMs":-1})"}) {
    at.through(rest_class, wrong, told(at));
  }
  CHECK(at.failures.size() == 6);
  CHECK(at.device.left.empty());
}

} // namespace muster::test
