#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

namespace muster::http::rest {

namespace {

std::string_view name_of(member_state state) noexcept {
  switch (state) {
  case member_state::alive:
    return "ALIVE";
  case member_state::leaving:
    return "LEAVING";
  case member_state::dead:
    break;
  }
  return "DEAD";
}

void append(std::string& out, const cluster_node& node) {
  object_writer(out)
      .text("id", std::string_view{node.id})
      .number("generation", static_cast<std::int64_t>(node.generation))
      .text("address", std::string_view{node.address})
      .text("status", name_of(node.status))
      .number("shards", static_cast<std::int64_t>(node.shards))
      .number("lastHeartbeat", node.last_heartbeat)
      .end();
}

void append(std::string& out, std::size_t number, const cluster_shard& shard) {
  object_writer(out)
      .number("shard", static_cast<std::int64_t>(number))
      .number("epoch", static_cast<std::int64_t>(shard.epoch))
      .text("owner", std::string_view{shard.owner})
      .end();
}

std::string cluster_json(const cluster_status& cluster) {
  std::string nodes = "[";
  for (const auto& node : cluster.nodes) {
    nodes += nodes.size() > 1 ? "," : "";
    append(nodes, node);
  }
  std::string shards = "[";
  for (std::size_t number = 0; number < cluster.shards.size(); ++number) {
    shards += number > 0 ? "," : "";
    append(shards, number, cluster.shards[number]);
  }
  std::string out;
  object_writer(out)
      .number("shardCount", static_cast<std::int64_t>(cluster.shards.size()))
      .raw("nodes", nodes + ']')
      .raw("shards", shards + ']')
      .end();
  return out;
}

class get_cluster_call final : public rest_call {
public:
  explicit get_cluster_call(rest_api& api) : rest_call{api, {true, false, false}} {}

private:
  void run(exchange&) override { answer_json(cluster_json(at().below().cluster())); }
};

} // namespace

void add_cluster_routes(router& to, rest_api& api) {
  to.add<get_cluster_call>(method::get, "/api/cluster", {}, std::ref(api));
}

} // namespace muster::http::rest
