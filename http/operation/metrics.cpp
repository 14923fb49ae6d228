#include "http/operation/metrics.hpp"

#include "http/operation/prometheus_text.hpp"

#include <unistd.h>

#include <fstream>

namespace muster::http {

namespace {

using kind = prometheus_text::kind;

constexpr double microseconds = 1'000'000;

std::string route_labels(const endpoint_reading& of) {
  return prometheus_text::label("method", of.method) + "," +
         prometheus_text::label("path", of.path);
}

void write_endpoints(prometheus_text& text, const std::vector<endpoint_reading>& endpoints) {
  text.begin("muster_http_requests_total", kind::counter,
             "Answers by endpoint and status code; an empty path met no endpoint.");
  for (const auto& one : endpoints) {
    for (const auto& [code, count] : one.codes) {
      text.sample(route_labels(one) + "," + prometheus_text::label("code", std::to_string(code)),
                  count);
    }
  }
  text.begin("muster_http_request_duration_seconds", kind::histogram,
             "Time from the end of the request's head to the answer, waiting of polls included.");
  for (const auto& one : endpoints) {
    if (one.latency_count > 0) {
      text.histogram(route_labels(one), latency_bounds, one.latency, one.latency_sum_microseconds,
                     microseconds);
    }
  }
}

void write_server(prometheus_text& text, const server_counters& of) {
  text.single("muster_http_connections", kind::gauge, "Open connections.", of.connections_open);
  text.single("muster_http_connections_accepted_total", kind::counter, "Accepted connections.",
              of.connections_accepted);
  text.single("muster_http_connections_refused_total", kind::counter,
              "Connections closed at once because http.max_connections were open.",
              of.connections_refused);
  text.single("muster_http_tls_handshakes_total", kind::counter, "TLS handshakes completed.",
              of.tls_handshakes);
  text.single("muster_http_tls_failures_total", kind::counter, "TLS handshakes that failed.",
              of.tls_failures);
  text.single("muster_http_waiting", kind::gauge, "Requests parked on their connection.",
              of.parked);
  text.single("muster_http_received_bytes_total", kind::counter, "Bytes read.", of.bytes_in);
  text.single("muster_http_sent_bytes_total", kind::counter, "Bytes written.", of.bytes_out);
  text.single("muster_http_body_memory_bytes", kind::gauge, "Bytes of http.body_memory in use.",
              of.body_memory_used);
}

void write_devices(prometheus_text& text, const service_status& of) {
  text.begin("muster_devices", kind::gauge, "Devices whose actors are in memory, by state.");
  text.sample(R"(state="active")", of.active_devices);
  text.sample(R"(state="loading")", of.loading_devices);
  text.sample(R"(state="quarantined")", of.quarantined_devices);
  text.single("muster_polls_parked", kind::gauge, "Polls that wait at their device.",
              of.parked_polls);
  text.begin("muster_rpcs", kind::gauge, "RPCs of the devices in memory, by state.");
  text.sample(R"(state="queued")", of.rpcs_queued);
  text.sample(R"(state="delivered")", of.rpcs_delivered);
  text.single("muster_device_activations_total", kind::counter, "Devices read into memory.",
              of.activations);
  text.single("muster_device_passivations_total", kind::counter, "Devices that left memory.",
              of.passivations);
  text.single("muster_commands_total", kind::counter, "Commands given to devices.", of.commands);
  text.single("muster_overloads_total", kind::counter, "Commands refused by a full queue.",
              of.overloads);
  text.single("muster_exceptions_total", kind::counter, "Commands that ended in a mistake of ours.",
              of.exceptions);
}

void write_store(prometheus_text& text, const service_status& of) {
  text.begin("muster_commit_duration_seconds", kind::histogram, "Time of one durable write.");
  text.histogram({}, of.commit_time.upper, of.commit_time.counts, of.commit_time.sum, microseconds);
  text.begin("muster_commit_batch_submissions", kind::histogram, "Submissions in one write.");
  text.histogram({}, of.commit_batch.upper, of.commit_batch.counts, of.commit_batch.sum, 1);
  text.single("muster_commit_failures_total", kind::counter, "Writes that failed.",
              of.commit_failures);
  text.single("muster_committed_rows_total", kind::counter, "Rows written.", of.committed_rows);
  text.single("muster_commit_queue", kind::gauge, "Submissions that wait.", of.commit_queue);
  text.single("muster_read_queue", kind::gauge, "Reads that wait.", of.read_queue);
  text.single("muster_reads_total", kind::counter, "Reads of the store.", of.reads);
  text.single("muster_read_refusals_total", kind::counter, "Reads refused by a full queue.",
              of.read_refusals);
  text.single("muster_store_bytes", kind::gauge, "Size of the store's files.", of.store_bytes);
  text.single("muster_store_reopenings_total", kind::counter,
              "How often the store was opened again in place after an error.", of.store_reopenings);
  text.single("muster_store_writable", kind::gauge, "1 while the store takes writes.",
              of.store_trouble.empty() ? 1 : 0);
  text.single("muster_disk_free_bytes", kind::gauge, "Free bytes of the data's disk.",
              of.disk_free);
}

void write_cluster(prometheus_text& text, const cluster_figures& of) {
  text.single("muster_cluster_shards", kind::gauge, "Shards that this node serves.",
              of.shards_served);
  text.single("muster_cluster_members", kind::gauge, "Nodes that are alive, this one included.",
              of.members_alive);
  text.single("muster_cluster_peers", kind::gauge, "Nodes that this one is connected to.",
              of.peers_connected);
  text.single("muster_cluster_lease_valid", kind::gauge,
              "1 while the last renewal of the membership is young enough to answer reads.",
              of.lease_valid ? 1 : 0);
  text.single("muster_cluster_shards_taken_total", kind::counter, "Shards taken over.",
              of.shards_taken);
  text.single("muster_cluster_hand_overs_total", kind::counter,
              "Shards handed over to other nodes.", of.shards_handed_over);
  text.single("muster_cluster_shards_lost_total", kind::counter,
              "Shards that another node has taken from this one.", of.shards_lost);
  text.single("muster_cluster_fenced_commits_total", kind::counter,
              "Changes refused because their shard was another node's already.", of.fenced_commits);
  text.single("muster_cluster_renewal_failures_total", kind::counter,
              "Renewals of the membership that failed.", of.renewals_failed);
  text.single("muster_cluster_requests_forwarded_total", kind::counter,
              "Commands sent to the nodes that own their devices.", of.requests_forwarded);
  text.single("muster_cluster_requests_received_total", kind::counter,
              "Commands that came from other nodes.", of.requests_received);
  text.single("muster_cluster_requests_refused_total", kind::counter,
              "Commands not sent because their owner had enough to do.", of.requests_refused);
}

} // namespace

std::string render_metrics(const service_status& below, const server_counters& server,
                           const std::vector<endpoint_reading>& endpoints,
                           std::uint64_t resident_bytes) {
  prometheus_text text;
  write_endpoints(text, endpoints);
  write_server(text, server);
  write_devices(text, below);
  write_store(text, below);
  if (below.cluster) {
    write_cluster(text, *below.cluster);
  }
  text.single("process_resident_memory_bytes", kind::gauge, "Resident memory of the process.",
              resident_bytes);
  return text.take();
}

std::uint64_t resident_memory() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace muster::http
