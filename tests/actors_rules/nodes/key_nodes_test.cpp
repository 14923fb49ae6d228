#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

/// The body that leaves along Success.
std::string body_after(chain_bench& at, std::string_view node, std::string configuration,
                       std::string body) {
  const auto left =
      at.through(node, std::move(configuration), message_of(at.device, "any", std::move(body)));
  REQUIRE(left.size() == 1);
  REQUIRE(left.front().first == "Success");
  return left.front().second.data.text();
}

message_metadata metadata_after(chain_bench& at, std::string_view node, std::string configuration,
                                std::string body) {
  const auto left =
      at.through(node, std::move(configuration), message_of(at.device, "any", std::move(body)));
  REQUIRE(left.size() == 1);
  REQUIRE(left.front().first == "Success");
  return left.front().second.metadata;
}

bool is_broken(chain_bench& at, std::string_view node, std::string configuration) {
  at.failures.clear();
  at.through(node, std::move(configuration), message_of(at.device, "any", "{}"));
  return !at.failures.empty() && at.failures.front().find("Rule Node is not active!") == 0;
}

} // namespace

TEST_CASE("keys are renamed in the body, the others stay as they are") {
  chain_bench at;
  const auto by = [&](std::string configuration, std::string body) {
    return body_after(at, "transform.TbRenameKeysNode", std::move(configuration), std::move(body));
  };
  const std::string mapping = R"("renameKeysMapping":{"a":"x","b":"b"}})";
  CHECK(by(R"({"renameIn":"DATA",)" + mapping, R"({"z":null,"a":{"d":1,"c":1.0},"e":"q"})") ==
        R"({"z":null,"e":"q","x":{"d":1,"c":1.0}})");
  CHECK(by("{" + mapping, R"({"x":1,"a":2,"b":3})") == R"({"x":2,"b":3})");
  CHECK(by("{" + mapping, "[1]") == "[1]");
  CHECK(by("{" + mapping, "{}") == "{}");
}

TEST_CASE("keys are renamed in the metadata") {
  chain_bench at;
  for (const std::string where : {R"("renameIn":"METADATA")", R"("fromMetadata":true)"}) {
    const auto metadata =
        metadata_after(at, "transform.TbRenameKeysNode",
                       "{" + where + R"(,"renameKeysMapping":{"deviceName":"n","none":"m"}})",
                       R"({"deviceName":1})");
    CHECK(metadata == message_metadata{{"deviceType", "default"}, {"n", "thermometer"}});
  }
}

TEST_CASE("a node of keys that cannot run says so") {
  chain_bench at;
  CHECK(is_broken(at, "transform.TbRenameKeysNode", "{}"));
  CHECK(is_broken(at, "transform.TbRenameKeysNode", R"({"renameKeysMapping":{}})"));
  CHECK(is_broken(at, "transform.TbRenameKeysNode", R"({"renameKeysMapping":{"a":1}})"));
  CHECK(is_broken(at, "transform.TbCopyKeysNode", R"({"keys":["("]})"));
  CHECK(is_broken(at, "transform.TbCopyKeysNode", R"({"copyFrom":"HERE"})"));
  CHECK(is_broken(at, "transform.TbDeleteKeysNode",
                  R"({"keys":[")" + std::string(1'001, 'a') + R"("]})"));
}

TEST_CASE("keys are copied either way by whole matches of their patterns") {
  chain_bench at;
  const std::string node = "transform.TbCopyKeysNode";
  const std::string body = R"({"a":"x","ab":{"c":[1]},"abc":1.5,"n":null})";
  CHECK(metadata_after(at, node, R"({"copyFrom":"DATA","keys":["a.?","n"]})", body) ==
        message_metadata{{"a", "x"},
                         {"ab", R"({"c":[1]})"},
                         {"deviceName", "thermometer"},
                         {"deviceType", "default"},
                         {"n", "null"}});
  CHECK(body_after(at, node, R"({"copyFrom":"METADATA","keys":["device.*"]})", R"({"b":1})") ==
        R"({"b":1,"deviceName":"thermometer","deviceType":"default"})");
  CHECK(body_after(at, node, R"({"fromMetadata":true,"keys":["deviceName"]})", "[]") == "[]");
}

TEST_CASE("keys are deleted by whole matches of their patterns") {
  chain_bench at;
  const std::string node = "transform.TbDeleteKeysNode";
  CHECK(body_after(at, node, R"({"keys":["a.?"]})", R"({"a":1,"ab":2,"abc":3})") == R"({"abc":3})");
  CHECK(metadata_after(at, node, R"({"deleteFrom":"METADATA","keys":["device(N|X).*"]})", "{}") ==
        message_metadata{{"deviceType", "default"}});
  CHECK(body_after(at, node, R"({"keys":["a"]})", "5") == "5");
}

TEST_CASE("a pattern takes no time that grows beyond all bounds") {
  chain_bench at;
  const std::string body = R"({")" + std::string(200, 'a') + R"(":1})";
  CHECK(body_after(at, "transform.TbDeleteKeysNode", R"({"keys":["(a+)+b"]})", body) == body);
}

TEST_CASE("a list becomes one message per element") {
  chain_bench at;
  const auto split = [&](std::string body) {
    std::vector<std::string> seen;
    for (const auto& [relation, message] :
         at.through("transform.TbSplitArrayMsgNode", "{}",
                    message_of(at.device, "any", std::move(body)))) {
      seen.push_back(relation + " " + message.data.text());
    }
    return seen;
  };
  using lines = std::vector<std::string>;
  CHECK(split(R"([{"b":1,"a":null},"x",null,2.0])") ==
        lines{R"(Success {"b":1,"a":null})", R"(Success "x")", "Success null", "Success 2.0"});
  CHECK(split("[]").empty());
  std::string zeros = "[0";
  for (int i = 1; i < 1'000; ++i) {
    zeros += ",0";
  }
  CHECK(split(zeros + "]").size() == 1'000);
  CHECK(split(zeros + ",0]").size() == 1);
  CHECK(split(R"({"a":1})") == lines{R"(Failure {"a":1})"});
}

} // namespace muster::test
