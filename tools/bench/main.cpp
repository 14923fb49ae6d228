#include "tools/bench/application.hpp"
#include "tools/bench/fleet.hpp"
#include "tools/bench/history.hpp"
#include "tools/bench/load.hpp"
#include "tools/bench/prepare_store.hpp"
#include "tools/bench/report.hpp"
#include "tools/bench/rpc.hpp"

#include <CLI/CLI.hpp>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <iostream>

namespace {

using namespace muster::bench;

/// What several commands share.
struct common_options {
  target where;
  std::string fleet_file = "fleet.txt";
  std::size_t devices = 0;
  std::string user = "tenant@thingsboard.org";
  std::string password = "tenant";
};

void add_target(CLI::App& to, common_options& common) {
  to.add_option("--host", common.where.host, "IPv4 address of the server")->capture_default_str();
  to.add_option("--port", common.where.port, "Its port")->capture_default_str();
  to.add_flag("--tls", common.where.tls, "Speak TLS; the certificate is not checked");
}

void add_fleet(CLI::App& to, common_options& common) {
  to.add_option("--fleet", common.fleet_file, "File of devices: a line '<token> <id>' each")
      ->capture_default_str();
  to.add_option("--devices", common.devices, "Only the first so many of them; 0: all");
}

void add_login(CLI::App& to, common_options& common) {
  to.add_option("--user", common.user, "Whom to log in as")->capture_default_str();
  to.add_option("--password", common.password, "Password of the user")->capture_default_str();
}

void add_loop(CLI::App& to, load_options& options) {
  to.add_option("--connections", options.connections, "Connections")->capture_default_str();
  to.add_option("--duration", options.duration, "Measured seconds")->capture_default_str();
  to.add_option("--warm-up", options.warm_up, "Seconds before them")->capture_default_str();
  to.add_option("--rate", options.rate, "Requests a second; 0: as fast as they are answered")
      ->capture_default_str();
}

void add_load(CLI::App& app, common_options& common) {
  auto& to = *app.add_subcommand("load", "Post telemetry, closed loop or at a fixed rate");
  auto options = std::make_shared<load_options>();
  auto telemetry = std::make_shared<telemetry_options>();
  add_target(to, common);
  add_fleet(to, common);
  add_loop(to, *options);
  to.add_flag("--random", telemetry->random, "Pick devices at random, not in turn");
  to.add_flag("--once", options->once, "Each device posts once, then end");
  to.add_option("--body", telemetry->body, "What is posted")->capture_default_str();
  to.add_option("--resource", telemetry->resource, "What of the device API it is posted to")
      ->capture_default_str();
  to.add_flag("--cbor", telemetry->cbor, "Post it as CBOR");
  to.callback([options, telemetry, &common] {
    options->where = common.where;
    telemetry->once = options->once;
    auto devices = fleet::read(common.fleet_file, common.devices);
    auto requests = telemetry_requests(common.where, *telemetry, devices);
    std::cout << report(run_load(*options, *requests)) << '\n';
  });
}

void add_provision(CLI::App& app, common_options& common) {
  auto& to = *app.add_subcommand("provision", "Let new devices make themselves known");
  auto options = std::make_shared<load_options>();
  auto provision = std::make_shared<provision_options>();
  add_target(to, common);
  to.add_option("--connections", options->connections, "Connections")->capture_default_str();
  to.add_option("--devices", provision->devices, "How many")->capture_default_str();
  to.add_option("--key", provision->key, "provisionDeviceKey of the profile")->required();
  to.add_option("--secret", provision->secret, "provisionDeviceSecret of the profile")->required();
  to.add_option("--prefix", provision->prefix, "What their names begin with")
      ->capture_default_str();
  to.callback([options, provision, &common] {
    options->where = common.where;
    options->once = true;
    auto requests = provision_requests(common.where, *provision);
    std::cout << report(run_load(*options, *requests)) << '\n';
  });
}

void add_rpc(CLI::App& app, common_options& common) {
  auto& to = *app.add_subcommand("rpc", "Call devices that keep a poll parked");
  auto options = std::make_shared<rpc_options>();
  add_target(to, common);
  add_fleet(to, common);
  add_login(to, common);
  to.add_option("--device-port", options->device_port,
                "Port that the devices poll, another node's of the cluster");
  to.add_option("--callers", options->callers, "Connections of applications")
      ->capture_default_str();
  to.add_option("--rate", options->rate, "Calls a second; 0: only park the polls")
      ->capture_default_str();
  to.add_option("--duration", options->duration, "Measured seconds")->capture_default_str();
  to.add_option("--warm-up", options->warm_up, "Seconds before them")->capture_default_str();
  to.add_option("--arrivals", options->arrivals, "Polls parked a second")->capture_default_str();
  to.add_option("--settle", options->settle, "Seconds between the last poll and the first call")
      ->capture_default_str();
  to.add_option("--process", options->process, "Process whose memory is read");
  to.callback([options, &common] {
    options->where = common.where;
    options->access_token = log_in(common.where, common.user, common.password);
    auto devices = fleet::read(common.fleet_file, common.devices);
    std::cout << report(run_rpc(*options, devices)) << '\n';
  });
}

void add_history(CLI::App& app, common_options& common) {
  auto& to = *app.add_subcommand("history", "Fill one device's history and query it");
  auto options = std::make_shared<history_options>();
  auto no_fill = std::make_shared<bool>(false);
  add_target(to, common);
  add_fleet(to, common);
  add_login(to, common);
  to.add_option("--messages", options->messages, "Messages in the history")->capture_default_str();
  to.add_option("--spacing", options->spacing, "Every so many hold the sparse key")
      ->capture_default_str();
  to.add_option("--repeats", options->repeats, "How often a query is asked")->capture_default_str();
  to.add_flag("--no-fill", *no_fill, "The messages are there from an earlier run");
  to.callback([options, no_fill, &common] {
    options->where = common.where;
    options->fill = !*no_fill;
    options->access_token = log_in(common.where, common.user, common.password);
    auto devices = fleet::read(common.fleet_file, common.devices);
    std::cout << report(run_history(*options, devices.at(0))) << '\n';
  });
}

void add_create_fleet(CLI::App& app, common_options& common) {
  auto& to = *app.add_subcommand("create-fleet", "Make devices through the application API");
  auto connections = std::make_shared<std::size_t>(32);
  add_target(to, common);
  add_fleet(to, common);
  add_login(to, common);
  to.add_option("--connections", *connections, "Connections")->capture_default_str();
  to.callback([connections, &common] {
    create_fleet(common.where, log_in(common.where, common.user, common.password), common.devices,
                 *connections, common.fleet_file);
  });
}

void add_prepare_store(CLI::App& app, common_options& common) {
  auto& to = *app.add_subcommand(
      "prepare-store", "Write devices into the data folder of a node that is not running");
  auto folder = std::make_shared<std::string>();
  add_fleet(to, common);
  to.add_option("folder", *folder, "The node's data.dir")->required();
  to.callback([folder, &common] { prepare_store(*folder, common.devices, common.fleet_file); });
}

/// As many sockets as the system lets us have; timers as exact as they can be.
void prepare_process() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  ::prctl(PR_SET_TIMERSLACK, 1UL);
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Load generator of Muster; every command prints one JSON object"};
  app.require_subcommand(1);
  common_options common;
  add_load(app, common);
  add_provision(app, common);
  add_rpc(app, common);
  add_history(app, common);
  add_create_fleet(app, common);
  add_prepare_store(app, common);
  prepare_process();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::cerr << "muster-bench: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
