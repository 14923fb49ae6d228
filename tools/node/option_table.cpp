#include "tools/node/option_table.hpp"

#include <algorithm>
#include <cctype>
#include <memory>

namespace muster::node {

namespace {

/// `http.tls.port` → `MUSTER_HTTP_TLS_PORT`.
std::string environment_name(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return c == '.' || c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return "MUSTER_" + name;
}

class declaring {
public:
  explicit declaring(CLI::App& app) : app_(app) {}

  template <class T>
  CLI::Option* value(const std::string& name, T& into, const std::string& words) {
    return named(name, app_.add_option("--" + name, into, words)->capture_default_str());
  }

  /// A switch, in a file with a value: `demo=true`.
  CLI::Option* choice(const std::string& name, bool& into, const std::string& words) {
    return named(name,
                 app_.add_flag("--" + name, into, words)->default_str(into ? "true" : "false"));
  }

  /// Texts separated by commas.
  void list(const std::string& name, std::vector<std::string>& into, const std::string& words) {
    const auto read = [&into](const std::string& text) {
      into = text.empty() ? std::vector<std::string>{} : CLI::detail::split(text, ',');
    };
    // A file's reader splits at commas by itself.
    named(name, app_.add_option_function<std::string>("--" + name, read, words))
        ->join(',')
        ->default_str("")
        ->type_name("LIST");
  }

  /// A port, or `off`.
  void port(const std::string& name, std::optional<std::uint16_t>& into, const std::string& words,
            const std::string& default_text) {
    const auto read = [&into, name](const std::string& text) {
      // A file written from `shown` names a port that nobody gave with an empty text.
      if (!text.empty()) {
        into = text == "off" ? std::nullopt : std::optional(number(name, text));
      }
    };
    named(name, app_.add_option_function<std::string>("--" + name, read, words))
        ->default_str(default_text)
        ->type_name("PORT");
  }

private:
  static std::uint16_t number(const std::string& name, const std::string& text) {
    std::uint16_t port = 0;
    if (!CLI::detail::lexical_cast(text, port)) {
      throw CLI::ValidationError("--" + name, "a port from 0 to 65535 or off, not " + text);
    }
    return port;
  }

  CLI::Option* named(const std::string& name, CLI::Option* option) {
    return option->envname(environment_name(name))->take_last();
  }

  CLI::App& app_;
};

void declare_http(declaring& options, http::server_options& into, http::api_options& api) {
  options.value("http.address", into.address, "Address to listen on, IPv4 or IPv6");
  options.port("http.port", into.port, "Port of HTTP; off: none; 0: the system chooses", "8080");
  options.value("http.threads", into.threads, "Threads that serve connections; 0: one a processor");
  options.value("http.max_connections", into.max_connections,
                "Connections open at a time; further ones are closed at once");
  options.value("http.max_poll_timeout", api.max_poll_timeout,
                "Longest time in ms a poll may ask for");
  options.value("http.default_poll_timeout", api.default_poll_timeout,
                "Time in ms of polls that name none; no more than the longest");
  options.value("http.body_memory", into.body_memory,
                "Bytes of request bodies in flight that are longer than 64 KiB");
  options.list("http.trusted_proxies", into.trusted_proxies,
               "Networks whose X-Forwarded-For and -Proto count, separated by commas");
  options.choice("http.access_log", into.access_log, "Log a line for each answer, tokens masked");
  options.value("http.head_timeout", into.head_timeout, "Time in ms for a request's whole head");
  options.value("http.body_timeout", into.body_timeout,
                "Time in ms for each 64 KiB of a body, or its end");
  options.value("http.write_timeout", into.write_timeout,
                "Time in ms without a byte of an answer taken");
  options.value("http.idle_timeout", into.idle_timeout, "Time in ms between two requests");
}

void declare_tls(declaring& options, http::tls_options& into) {
  options.port("http.tls.port", into.port,
               "Port of HTTPS; without it 8443 once a certificate is given", "");
  options.value("http.tls.cert", into.certificate,
                "PEM file of the certificate and its chain; read again on SIGHUP");
  options.value("http.tls.key", into.key, "PEM file of the private key");
  options.value("http.tls.handshake_timeout", into.handshake_timeout,
                "Time in ms for the TLS handshake");
}

void declare_service(declaring& options, service_options& into) {
  options.value("data.dir", into.data_dir, "Folder of the data, made when it is not there");
  options.value("data.memory", into.data_memory, "Bytes for the store's write buffers and cache");
  options.value("data.min_free", into.data_min_free,
                "Below this many free bytes on the disk writes are refused");
  options.value("data.retention", into.data_retention, "Seconds that history is kept; 0: for ever");
  options.value("actors.max_resident", into.max_resident, "Devices kept in memory");
  options.value("actors.threads", into.actor_threads, "Threads that run the devices' actors");
  options.value("rpc.min_timeout", into.rpc_min_timeout, "Shortest time in ms of an RPC");
  options.value("rpc.client_timeout", into.rpc_client_timeout,
                "Time in ms until a client-side RPC without an answer ends");
  options.value("rpc.redelivery_after", into.rpc_redelivery_after,
                "Time in ms after which an unanswered two-way RPC is delivered again");
  options.value("rpc.retention", into.rpc_retention,
                "Seconds that persistent RPCs are kept after their end");
  options.choice("claim.allow_by_default", into.claim_allow_by_default,
                 "Devices may offer themselves for claiming without the attribute claimingAllowed");
  options.value("claim.duration", into.claim_duration,
                "Time in ms that a claim offer stands which names none");
  options.value(
      "rules.http_allowed", into.rules_http_allowed,
      "Networks, addresses and hosts that rule chains may call, separated by commas; empty: "
      "all but link-local ones and clouds' metadata");
  options.value("audit.retention", into.audit_retention,
                "Seconds that entries of the audit log are kept");
  options.value("rules.event_retention", into.rule_event_retention,
                "Seconds that events of debugged rule nodes are kept");
  options.value("packages.max_size", into.packages_max_size,
                "Longest firmware or software package in bytes");
  options.choice("demo", into.demo,
                 "Make ThingsBoard's demo tenant, users and devices unless they were made before");
}

void declare_cluster(declaring& options, cluster_options& into) {
  options.value("cluster.dsn", into.dsn,
                "The common PostgreSQL of a cluster's nodes, as libpq's connection string");
  options.value("cluster.name", into.name, "Name of the cluster; nodes of another are refused");
  options.value("node.id", into.node_id,
                "Name of this node, its own in the cluster and the same at each start");
  options.value("cluster.address", into.address, "Address where the other nodes reach this one");
  options.value("cluster.port", into.port, "Port where the other nodes reach this one");
  options.value("cluster.tls.cert", into.certificate,
                "PEM file of this node's certificate among the nodes; needed off loopback");
  options.value("cluster.tls.key", into.key, "PEM file of its private key");
  options.value("cluster.tls.ca", into.authority,
                "PEM file of the authority that signs the nodes' certificates, and nothing else");
  options.choice("cluster.unsafe_single_copy", into.unsafe_single_copy,
                 "Accept a database without a synchronous standby");
}

} // namespace

void declare_options(CLI::App& app, node_options& into) {
  // Our names have dots; CLI11 must not take what stands before them for a section of the file.
  app.get_config_formatter_base()->parentSeparator('/');
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.set_config("--config", "", "File with options, a line each: http.port=8080")
      ->type_name("FILE");
  declaring options(app);
  declare_http(options, into.server, into.api);
  declare_tls(options, into.server.tls);
  declare_service(options, into.service);
  declare_cluster(options, into.service.cluster);
  options
      .value("json.type_cast", into.api.type_cast, "Strings that look like numbers become numbers")
      ->default_str("true");
  options.value("log.level", into.log_level, "What is logged")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->type_name("LEVEL");
  app.add_flag("--reset-admin", into.reset_admin,
               "Give the administrator a new password, print it and end")
      ->configurable(false);
}

} // namespace muster::node
