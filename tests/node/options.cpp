#include "tools/node/options.hpp"

#include "tests/catch.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace muster::node {

namespace {

/// A configuration file that goes with the object.
class config_file {
public:
  explicit config_file(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "muster-XXXXXX").string();
    close(mkstemp(name.data()));
    path_ = name;
    std::ofstream(path_) << text;
  }
  ~config_file() { std::filesystem::remove(path_); }
  config_file(const config_file&) = delete;
  config_file& operator=(const config_file&) = delete;

  const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// A variable of the environment that goes with the object.
class variable {
public:
  variable(const char* name, const char* text) : name_(name) { setenv(name, text, 1); }
  ~variable() { unsetenv(name_); }
  variable(const variable&) = delete;
  variable& operator=(const variable&) = delete;

private:
  const char* name_;
};

node_options parsed(const std::vector<std::string>& arguments) {
  const auto found = parse_options(arguments);
  INFO((found ? std::string{} : found.error().message));
  REQUIRE(found.has_value());
  return found->options;
}

std::string refusal(const std::vector<std::string>& arguments) {
  const auto found = parse_options(arguments);
  REQUIRE_FALSE(found.has_value());
  return found.error().message;
}

constexpr const char* every_option = R"(http.address="127.0.0.1"
http.port=9000
http.threads=3
http.max_connections=1000
http.max_poll_timeout=100000
http.default_poll_timeout=50000
http.body_memory=1000000
http.trusted_proxies=10.0.0.0/8,::1
http.access_log=true
http.head_timeout=1001
http.body_timeout=1002
http.write_timeout=1003
http.idle_timeout=1004
http.tls.port=9443
http.tls.cert="cert.pem"
http.tls.key="key.pem"
http.tls.handshake_timeout=1005
data.dir="/var/lib/muster"
data.memory=16777216
data.min_free=1
data.retention=86400
actors.max_resident=1000
actors.threads=4
rpc.min_timeout=1
rpc.client_timeout=2
rpc.redelivery_after=3
rpc.retention=4
claim.allow_by_default=false
claim.duration=6
rules.http_allowed="10.0.0.0/8,example.org"
audit.retention=7
rules.event_retention=8
packages.max_size=5
demo=true
cluster.dsn="host=a,b dbname=muster"
cluster.name="fleet"
node.id="n1"
cluster.address="10.0.0.7"
cluster.port=4370
cluster.tls.cert="node.pem"
cluster.tls.key="node.key"
cluster.tls.ca="nodes.pem"
cluster.unsafe_single_copy=true
json.type_cast=false
log.level="debug"
)";

std::string readme() {
  std::ifstream file(MUSTER_SOURCE_DIR "/tools/node/README.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace

TEST_CASE("a file may set every option") {
  const config_file file(every_option);
  const auto options = parsed({"--config", file.path()});
  CHECK(options.server.address == "127.0.0.1");
  CHECK(options.server.port == 9000);
  CHECK(options.server.threads == 3);
  CHECK(options.server.max_connections == 1'000);
  CHECK(options.api.max_poll_timeout == 100'000);
  CHECK(options.api.default_poll_timeout == 50'000);
  CHECK(options.server.body_memory == 1'000'000);
  CHECK(options.server.trusted_proxies == std::vector<std::string>{"10.0.0.0/8", "::1"});
  CHECK(options.server.access_log);
  CHECK(options.server.head_timeout == 1'001);
  CHECK(options.server.body_timeout == 1'002);
  CHECK(options.server.write_timeout == 1'003);
  CHECK(options.server.idle_timeout == 1'004);
  CHECK(options.server.tls.port == 9443);
  CHECK(options.server.tls.certificate == "cert.pem");
  CHECK(options.server.tls.key == "key.pem");
  CHECK(options.server.tls.handshake_timeout == 1'005);
  CHECK(options.service.data_dir == "/var/lib/muster");
  CHECK(options.service.data_memory == 16'777'216);
  CHECK(options.service.data_min_free == 1);
  CHECK(options.service.data_retention == 86'400);
  CHECK(options.service.max_resident == 1'000);
  CHECK(options.service.actor_threads == 4);
  CHECK(options.service.rpc_min_timeout == 1);
  CHECK(options.service.rpc_client_timeout == 2);
  CHECK(options.service.rpc_redelivery_after == 3);
  CHECK(options.service.rpc_retention == 4);
  CHECK_FALSE(options.service.claim_allow_by_default);
  CHECK(options.service.claim_duration == 6);
  CHECK(options.service.rules_http_allowed == "10.0.0.0/8,example.org");
  CHECK(options.service.audit_retention == 7);
  CHECK(options.service.rule_event_retention == 8);
  CHECK(options.service.packages_max_size == 5);
  CHECK(options.service.demo);
  CHECK(options.service.cluster.dsn == "host=a,b dbname=muster");
  CHECK(options.service.cluster.name == "fleet");
  CHECK(options.service.cluster.node_id == "n1");
  CHECK(options.service.cluster.address == "10.0.0.7");
  CHECK(options.service.cluster.port == 4370);
  CHECK(options.service.cluster.certificate == "node.pem");
  CHECK(options.service.cluster.key == "node.key");
  CHECK(options.service.cluster.authority == "nodes.pem");
  CHECK(options.service.cluster.unsafe_single_copy);
  CHECK_FALSE(options.api.type_cast);
  CHECK(options.log_level == "debug");
}

TEST_CASE("the file of the test above leaves no option out") {
  for (const auto& row : describe_options()) {
    if (row.name != "--config" && row.name != "--reset-admin") {
      INFO(row.name);
      CHECK(std::string(every_option).find(row.name.substr(2) + "=") != std::string::npos);
    }
  }
}

TEST_CASE("what is shown at start is a file that means the same") {
  const config_file file(every_option);
  const auto shown = parse_options({"--config", file.path()})->shown;
  const config_file again(shown);
  CHECK(parse_options({"--config", again.path()})->shown == shown);
  const config_file defaults(parse_options({})->shown);
  CHECK(parse_options({"--config", defaults.path()})->shown == parse_options({})->shown);
}

TEST_CASE("the command line stands above the environment, and that above the file") {
  const config_file file("http.port=9000\n");
  CHECK(parsed({"--config", file.path()}).server.port == 9000);
  const variable port("MUSTER_HTTP_PORT", "9100");
  CHECK(parsed({"--config", file.path()}).server.port == 9100);
  CHECK(parsed({"--config", file.path(), "--http.port", "9200"}).server.port == 9200);
  CHECK(parsed({"--config", file.path(), "--http.port=9200"}).server.port == 9200);
}

TEST_CASE("a port may be off") {
  CHECK(parsed({}).server.port == 8080);
  CHECK_FALSE(parsed({"--http.port", "off", "--http.tls.cert", "c", "--http.tls.key", "k"})
                  .server.port.has_value());
}

TEST_CASE("switches are told by their name or with a value") {
  CHECK(parsed({"--demo"}).service.demo);
  CHECK_FALSE(parsed({"--json.type_cast", "false"}).api.type_cast);
  const variable demo("MUSTER_DEMO", "true");
  CHECK(parsed({}).service.demo);
}

TEST_CASE("what is wrong is said with the option's name") {
  CHECK(refusal({"--http.port", "70000"}).find("http.port") != std::string::npos);
  CHECK(refusal({"--http.prot", "1"}).find("http.prot") != std::string::npos);
  CHECK(refusal({"--log.level", "loud"}).find("log.level") != std::string::npos);
  CHECK(refusal({"--data.memory", "1"}).find("data.memory") != std::string::npos);
  CHECK(refusal({"--http.head_timeout", "0"}).find("http.head_timeout") != std::string::npos);
  CHECK(refusal({"--http.max_poll_timeout", "0"}).find("http.max_poll_timeout") !=
        std::string::npos);
  const config_file unknown("http.prot=1\n");
  CHECK(refusal({"--config", unknown.path()}).find("http.prot") != std::string::npos);
  CHECK_FALSE(refusal({"--config", "/nowhere"}).empty());
}

TEST_CASE("options of a cluster go together") {
  const auto with = [](std::vector<std::string> more) {
    more.insert(more.end(), {"--cluster.dsn", "host=a"});
    return more;
  };
  CHECK(refusal({"--cluster.address", "10.0.0.7"}).find("cluster.dsn") != std::string::npos);
  CHECK(refusal({"--node.id", "n 1"}).find("node.id") != std::string::npos);
  CHECK(refusal(with({"--cluster.address", "127.0.0.1"})).find("node.id") != std::string::npos);
  CHECK(refusal(with({"--node.id", "n1"})).find("cluster.address") != std::string::npos);
  const auto far = with({"--node.id", "n1", "--cluster.address", "10.0.0.7"});
  CHECK(refusal(far).find("cluster.tls.cert") != std::string::npos);
  const auto half =
      with({"--node.id", "n1", "--cluster.address", "127.0.0.1", "--cluster.tls.key", "k"});
  CHECK(refusal(half).find("cluster.tls.ca") != std::string::npos);
  CHECK(parsed(with({"--node.id", "n1", "--cluster.address", "::1"})).service.cluster.enabled());
}

TEST_CASE("the database's password is not shown") {
  const std::vector<std::string> node = {"--node.id", "n1", "--cluster.address", "127.0.0.1"};
  for (const char* dsn : {"host=a password=secret", "password = 'se cret' host=a",
                          "postgresql://u:secret@a/b", "postgresql://a/b?password=secret&x=y"}) {
    auto arguments = node;
    arguments.insert(arguments.end(), {"--cluster.dsn", dsn});
    const auto shown = parse_options(arguments);
    REQUIRE(shown.has_value());
    CHECK(shown->shown.find("cret") == std::string::npos);
    CHECK(shown->shown.find("***") != std::string::npos);
  }
}

TEST_CASE("help shows every option with its default") {
  const std::string help = parse_options({"--help"})->message;
  for (const auto& row : describe_options()) {
    INFO(row.name);
    CHECK(help.find(row.name) != std::string::npos);
  }
  CHECK(help.find("--http.port PORT=8080") != std::string::npos);
  CHECK_FALSE(parse_options({"--version"})->message.empty());
}

TEST_CASE("the README's table is what the program knows") {
  const std::string text = readme();
  std::size_t rows = 0;
  for (const auto& row : describe_options()) {
    const std::string environment = row.environment.empty() ? "" : "`" + row.environment + "`";
    const std::string line = "| `" + row.name + "` | " + row.default_text + " | " + environment +
                             " | " + row.description + " |\n";
    INFO(line);
    CHECK(text.find(line) != std::string::npos);
    ++rows;
  }
  std::size_t lines = 0;
  for (auto at = text.find("\n| `--"); at != std::string::npos; at = text.find("\n| `--", at + 1)) {
    ++lines;
  }
  CHECK(lines == rows);
}

} // namespace muster::node
