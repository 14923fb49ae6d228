#include "tests/actors_rules/chain_bench.hpp"
#include "tests/catch.hpp"

namespace muster::test {

namespace {

const std::string shop =
    R"({"b":[{"p":8,"t":"x"},{"p":12,"q":{"p":1}},{"p":5}],"a":{"n m":true,"z":null}})";

/// The part of the shop; the way out when that is not Success.
std::string part(const std::string& path, const std::string& body = shop) {
  chain_bench at;
  const auto left = at.through("transform.TbJsonPathNode", R"({"jsonPath":")" + path + R"("})",
                               message_of(at.device, "any", body));
  REQUIRE(left.size() == 1);
  return left.front().first == "Success" ? left.front().second.data.text() : left.front().first;
}

} // namespace

TEST_CASE("a path to one part gives that part") {
  CHECK(part("$") == shop);
  CHECK(part("$.b[0].t") == R"("x")");
  CHECK(part("$['a']['n m']") == "true");
  CHECK(part("$.a.z") == "null");
  CHECK(part("$.b[-1]") == R"({"p":5})");
  CHECK(part("$[1]", "[1,2]") == "2");
  CHECK(part("$.b[1].q") == R"({"p":1})");
}

TEST_CASE("a path to many parts gives a list in their order") {
  CHECK(part("$.b[*].p") == "[8,12,5]");
  CHECK(part("$.b[0,2].p") == "[8,5]");
  CHECK(part("$.b[1:].p") == "[12,5]");
  CHECK(part("$.b[:-1].p") == "[8,12]");
  CHECK(part("$.b[-2:9].p") == "[12,5]");
  CHECK(part("$..p") == "[8,12,1,5]");
  CHECK(part("$.a.*") == "[true,null]");
  CHECK(part("$..q.*") == "[1]");
  CHECK(part("$..none") == "[]");
  CHECK(part("$.b[*].none") == "[]");
}

TEST_CASE("a path that leads nowhere fails") {
  CHECK(part("$.none") == "Failure");
  CHECK(part("$.b[3]") == "Failure");
  CHECK(part("$.b[-4]") == "Failure");
  CHECK(part("$.b.p") == "Failure");
  CHECK(part("$.a[0]") == "Failure");
  CHECK(part("$.a", "5") == "Failure");
  CHECK(part("$..*..*..*..*", R"([[[[[1,1,1],[1,1,1],[1,1,1]],[[1],[1]]]],[[[[1,1,1]]]]])") !=
        "Failure");
  CHECK(part("$..*..*..*", std::string(60, '[') + std::string(60, ']')) == "Failure");
}

TEST_CASE("a path that cannot be read breaks the node and says where") {
  for (const auto* const wrong : {"", "b", "$b", "$.", "$..", "$[", "$[a]", "$[:]", "$['a]",
                                  "$.b[0", "$.b.length()", "$.[0]", "$[0,]", "$ "}) {
    CHECK(part(wrong) == "Failure");
  }
  chain_bench at;
  at.through("transform.TbJsonPathNode", R"({"jsonPath":"$.b[?(@.p > 1)]"})",
             message_of(at.device, "any", shop));
  REQUIRE(at.failures.size() == 1);
  CHECK(at.failures.front().find("filters are not supported yet") != std::string::npos);
}

} // namespace muster::test
