#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

TEST_CASE("A single node is a cluster of one that owns all") {
  auto& node = demo_node::shared();
  auto system = node.administrator();
  const auto cluster = system.got("/api/cluster");
  CHECK(cluster["shardCount"] == 256);
  REQUIRE(cluster["nodes"].size() == 1);
  CHECK(cluster["nodes"][0]["status"] == "ALIVE");
  CHECK(cluster["nodes"][0]["generation"] == 1);
  CHECK(cluster["nodes"][0]["shards"] == 256);
  REQUIRE(cluster["shards"].size() == 256);
  CHECK(cluster["shards"][255]["shard"] == 255);
  CHECK(cluster["shards"][255]["epoch"] == 1);
  CHECK(cluster["shards"][255]["owner"] == cluster["nodes"][0]["id"]);
}

} // namespace muster::http::rest::test
