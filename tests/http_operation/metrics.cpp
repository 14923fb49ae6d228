#include "http/operation/metrics.hpp"

#include "http/operation/prometheus_text.hpp"
#include "http/operation/routes.hpp"
#include "tests/catch.hpp"

namespace muster::http {

namespace {

bool has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

} // namespace

TEST_CASE("labels are escaped") {
  CHECK(prometheus_text::label("path", "a\"b\\c\nd") == R"(path="a\"b\\c\nd")");
}

TEST_CASE("histograms are cumulative and end with all") {
  prometheus_text text;
  text.begin("m", prometheus_text::kind::histogram, "words");
  const std::array<std::uint64_t, 2> bounds{500, 2'000'000};
  const std::array<std::uint64_t, 3> counts{1, 2, 4};
  text.histogram("a=\"b\"", bounds, counts, 3'500'000, 1'000'000);
  CHECK(text.take() == "# HELP m words\n"
                       "# TYPE m histogram\n"
                       "m_bucket{a=\"b\",le=\"0.0005\"} 1\n"
                       "m_bucket{a=\"b\",le=\"2\"} 3\n"
                       "m_bucket{a=\"b\",le=\"+Inf\"} 7\n"
                       "m_sum{a=\"b\"} 3.5\n"
                       "m_count{a=\"b\"} 7\n");
}

TEST_CASE("all that is counted is shown") {
  service_status below;
  below.active_devices = 7;
  below.rpcs_queued = 2;
  below.store_reopenings = 3;
  below.commit_batch.upper = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  below.commit_batch.add(3);
  server_counters server;
  server.connections_open = 11;
  endpoint_reading endpoint;
  endpoint.method = "POST";
  endpoint.path = "/api/v1/{token}/telemetry";
  endpoint.codes = {{200, 5}, {400, 1}};
  endpoint.latency[0] = 6;
  endpoint.latency_count = 6;
  const std::string text = render_metrics(below, server, {endpoint}, 4'096);
  CHECK(has(text, R"(muster_devices{state="active"} 7)"));
  CHECK(has(text, R"(muster_rpcs{state="queued"} 2)"));
  CHECK(has(text, "muster_store_reopenings_total 3"));
  CHECK(has(text, "muster_store_writable 1"));
  CHECK(has(text, R"(muster_commit_batch_submissions_bucket{le="4"} 1)"));
  CHECK(has(text, "muster_http_connections 11"));
  CHECK(has(
      text,
      R"(muster_http_requests_total{method="POST",path="/api/v1/{token}/telemetry",code="200"} 5)"));
  CHECK(has(
      text,
      R"(muster_http_request_duration_seconds_count{method="POST",path="/api/v1/{token}/telemetry"} 6)"));
  CHECK(has(text, "process_resident_memory_bytes 4096"));
  CHECK(resident_memory() > 1'000'000);
}

TEST_CASE("a node is not ready while it stops or the store refuses writes") {
  service_status status;
  CHECK(not_ready_because(status, false).empty());
  CHECK(not_ready_because(status, true) == "The node is shutting down");
  status.store_trouble = "the disk is full";
  CHECK(not_ready_because(status, false) == "The store refuses writes: the disk is full");
}

TEST_CASE("a cluster's node is ready with its shards and its membership") {
  service_status status;
  status.cluster.emplace();
  CHECK(not_ready_because(status, false) == "The node's membership could not be renewed in time");
  status.cluster->lease_valid = true;
  CHECK(not_ready_because(status, false) == "The node has no shards yet");
  status.cluster->shards_served = 86;
  CHECK(not_ready_because(status, false).empty());
}

TEST_CASE("a cluster's node shows its part in it, a single one does not") {
  service_status below;
  CHECK(render_metrics(below, {}, {}, 0).find("cluster") == std::string::npos);
  below.cluster.emplace();
  below.cluster->shards_served = 86;
  below.cluster->requests_forwarded = 5;
  const std::string text = render_metrics(below, {}, {}, 0);
  CHECK(has(text, "muster_cluster_shards 86"));
  CHECK(has(text, "muster_cluster_lease_valid 0"));
  CHECK(has(text, "muster_cluster_requests_forwarded_total 5"));
}

} // namespace muster::http
