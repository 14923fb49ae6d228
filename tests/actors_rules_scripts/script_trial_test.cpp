#include "actors/rules/scripts/script_engine.hpp"
#include "actors/rules/scripts/script_trial.hpp"
#include "tests/catch.hpp"

#include <string>

namespace muster {

namespace {

script_outcome tried(const std::string& kind, const std::string& body,
                     const std::string& msg = R"({"t":42.0})", bool tbel = false) {
  static script_engine engine;
  test_script what;
  what.body = body;
  what.tbel = tbel;
  what.kind = kind;
  what.msg = msg;
  what.metadata = {{"k", "v"}};
  what.type = "T";
  return try_script(what, engine, {});
}

std::string output(const std::string& kind, const std::string& body) {
  const auto outcome = tried(kind, body);
  CHECK(outcome.failure.empty());
  return outcome.output;
}

std::string failure(const std::string& kind, const std::string& body) {
  const auto outcome = tried(kind, body);
  CHECK(outcome.output.empty());
  return outcome.failure;
}

} // namespace

TEST_CASE("a script that is tried shows what each kind returns") {
  CHECK(output("filter", "return msg.t > 40;") == "true");
  CHECK(output("switch", "return ['a', msgType];") == R"(["a","T"])");
  CHECK(output("string", "return 'is ' + metadata.k;") == "is v");
  CHECK(output("json", "return msg;") == R"({"t":42.0})");
  CHECK(output("update", "return {msg: {n: 1}};") ==
        R"({"msg":{"n":1},"metadata":{"k":"v"},"msgType":"T"})");
  CHECK(output("update", "return [{msgType: 'A'}, {metadata: {}}];") ==
        R"([{"msg":{"t":42.0},"metadata":{"k":"v"},"msgType":"A"},)"
        R"({"msg":{"t":42.0},"metadata":{},"msgType":"T"}])");
  CHECK(output("generate", "return {msg: {was: prevMsg.t}, msgType: prevMsgType};") ==
        R"({"msg":{"was":42},"metadata":{"k":"v"},"msgType":"T"})");
  CHECK(tried("filter", "metadata.remove('k'); return !metadata.k;", "{}", true).output == "true");
}

TEST_CASE("what is wrong with a script that is tried is its outcome") {
  CHECK(failure("filter", "return 1;") == "The script returned no boolean");
  CHECK(failure("filter", "return (;").find("1") != std::string::npos);
  CHECK(failure("filter", "throw new Error('mine');").find("mine") != std::string::npos);
  CHECK(failure("filter", "for (;;);").find("took longer") != std::string::npos);
  CHECK(failure("other", "return 1;") == "Unsupported script type: other");
  CHECK(tried("filter", "return true;", "{").failure == "The message is not JSON");
}

} // namespace muster
