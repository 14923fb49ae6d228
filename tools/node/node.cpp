#include "tools/node/node.hpp"

#include "actors/service/service.hpp"
#include "http/api/application.hpp"
#include "http/inspection/inspect_socket.hpp"
#include "http/inspection/operators_view.hpp"
#include "http/operation/routes.hpp"
#include "http/rest_api/routes.hpp"
#include "http/server/server.hpp"
#include "tools/node/service_manager.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace muster::node {

namespace {

/// What is left of the ten seconds that a stop may take, once the service has its share.
constexpr milliseconds stop_grace = 9'000;
/// Answers that are being written when the node starts anew.
constexpr milliseconds abandon_grace = 500;

/// The running node's parts. Made in the order of the members, ended as `~parts` says.
class parts {
public:
  parts() = default;
  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;

  ~parts() {
    inspected_.reset();
    // Replies and hashed passwords under way are posted to the server's reactors, so it goes last.
    rest_.reset();
    below_.reset();
    server_.reset();
  }

  result<void> start(const node_options& options, const std::vector<shown_option>& effective) {
    auto below = service::open(options.service, clock_);
    if (!below) {
      return tl::unexpected(std::move(below.error()));
    }
    below_ = std::move(*below);
    clustered_ = options.service.cluster.enabled();
    fill_sources();
    rest_ = std::make_unique<http::rest::rest_api>(
        below_->signing_key(), clock_,
        http::rest::rest_options{options.service.rpc_min_timeout,
                                 options.service.packages_max_size});
    application_ = http::make_application(
        *below_, options.api, clock_,
        {[this](http::router& routes) { http::rest::add_rest_routes(routes, *rest_); },
         [this](http::router& routes) { http::add_operation_routes(routes, sources_); }});
    auto server = http::server::create(options.server, *application_, clock_);
    if (!server) {
      return tl::unexpected(std::move(server.error()));
    }
    server_ = std::move(*server);
    application_->attach(*server_);
    open_to_operators(options.service.data_dir, effective);
    // After all that may fail, since the password is told once.
    if (const auto told = tell_first_password(); !told) {
      return told;
    }
    view_.emplace(*application_, *server_);
    below_->show_edge(*view_);
    server_->start();
    return {};
  }

  void stop() {
    const milliseconds end = clock_.now().steady + stop_grace;
    // What comes on open connections is still routed while a cluster's node hands over.
    server_->begin_shutdown();
    if (clustered_) {
      server_->close_idle();
      below_->hand_over();
    }
    application_->begin_shutdown();
    below_->begin_shutdown();
    server_->stop(std::max<milliseconds>(0, end - clock_.now().steady));
  }

  /// The cluster has declared this node dead: nobody is served here.
  void abandon() {
    application_->begin_shutdown();
    below_->begin_shutdown();
    server_->stop(abandon_grace);
  }

  service& below() { return *below_; }

  http::server& server() { return *server_; }

private:
  void open_to_operators(const std::string& folder, const std::vector<shown_option>& effective) {
    below_->show_options(effective);
    auto opened = http::inspect_socket::open(folder + "/inspect.sock", *below_);
    if (opened) {
      inspected_ = std::move(*opened);
    } else {
      // The node serves its devices without it.
      spdlog::warn("muster-inspect cannot ask this node: {}", opened.error().message);
    }
  }

  result<void> tell_first_password() {
    const auto password = below_->make_administrator();
    if (!password) {
      return tl::unexpected(password.error());
    }
    if (!password->empty()) {
      // Whatever is logged, this must be seen.
      std::fprintf(stderr,
                   "The administrator sysadmin@thingsboard.org has the password %s\n"
                   "It is shown only now; muster-node --reset-admin makes another one.\n",
                   password->c_str());
    }
    return {};
  }

  void fill_sources() {
    sources_.status = [this] { return below_->status(); };
    sources_.counters = [this] { return server_->counters(); };
    sources_.endpoints = [this] { return application_->endpoints(); };
    sources_.stopping = [this] { return server_->stopping(); };
  }

  system_clock_source clock_;
  bool clustered_ = false;
  http::operation_sources sources_;
  std::optional<http::operators_view> view_;
  std::unique_ptr<service> below_;
  std::unique_ptr<http::rest::rest_api> rest_;
  std::unique_ptr<http::api_application> application_;
  std::unique_ptr<http::server> server_;
  std::unique_ptr<http::inspect_socket> inspected_;
};

void say_ready(const node_options& options, http::server& server, milliseconds took) {
  const auto& address = options.server.address;
  const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
  std::string where;
  if (const auto port = server.port()) {
    where += " http://" + host + ":" + std::to_string(*port);
  }
  if (const auto port = server.tls_port()) {
    where += " https://" + host + ":" + std::to_string(*port);
  }
  spdlog::info("Ready after {} ms:{}", took, where);
}

void reload_certificate(http::server& server) {
  if (const auto loaded = server.reload_certificate()) {
    spdlog::info("Read the certificate again");
  } else {
    spdlog::error("The certificate stays as it was: {}", loaded.error().message);
  }
}

/// Handles signals until one asks to stop, or the node tells itself that it was expelled.
int serve_signals(http::server& server, const std::atomic<bool>& expelled) {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
    sigaddset(&awaited, number);
  }
  for (;;) {
    int number = 0;
    sigwait(&awaited, &number);
    if (number == SIGHUP) {
      reload_certificate(server);
    } else if (number != SIGUSR1 || expelled) {
      return number;
    }
  }
}

/// A cluster's node may wait for its database while it starts. Until this object ends, a signal to
/// stop ends the process: nobody was answered anything yet.
class stoppable_start {
public:
  stoppable_start() : thread_([this] { watch(); }) {}
  ~stoppable_start() {
    over_ = true;
    pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }
  stoppable_start(const stoppable_start&) = delete;
  stoppable_start& operator=(const stoppable_start&) = delete;

private:
  void watch() {
    sigset_t awaited;
    sigemptyset(&awaited);
    for (int number : {SIGTERM, SIGINT, SIGUSR1}) {
      sigaddset(&awaited, number);
    }
    int number = SIGUSR1;
    while (!over_ && number == SIGUSR1) {
      sigwait(&awaited, &number);
    }
    if (number != SIGUSR1) {
      spdlog::info("Stopping before the node was ready");
      spdlog::default_logger()->flush();
      _exit(0);
    }
  }

  std::atomic<bool> over_ = false;
  std::thread thread_;
};

/// All that was asked is answered; reads that wait for a database which does not answer hold the
/// end up no longer than this. Nothing that counts is lost: it is in the database or was not
/// acknowledged.
void bound_end() {
  constexpr unsigned longest_end = 5;
  std::signal(SIGALRM, [](int) { _exit(0); });
  ::alarm(longest_end);
}

result<void> start(parts& node, const node_options& options,
                   const std::vector<shown_option>& effective) {
  std::optional<stoppable_start> starting;
  if (options.service.cluster.enabled()) {
    starting.emplace();
  }
  return node.start(options, effective);
}

} // namespace

result<outcome> run(const node_options& options, const std::vector<shown_option>& effective) {
  const milliseconds begun = system_clock_source().now().steady;
  const service_manager manager;
  // From here on: a start may take longer than a stuck node is given, above all one that starts
  // anew.
  heartbeat alive(manager);
  std::atomic<bool> expelled = false;
  if (options.service.data_retention == 0) {
    spdlog::info("History is kept for ever (data.retention is 0)");
  }
  auto node = std::make_unique<parts>();
  if (const auto started = start(*node, options, effective); !started) {
    return tl::unexpected(started.error());
  }
  node->below().on_expelled([&expelled](const std::string&) {
    expelled = true;
    kill(getpid(), SIGUSR1);
  });
  say_ready(options, node->server(), system_clock_source().now().steady - begun);
  // A reactor that hangs holds this up, and with it the beats.
  alive.beat_after([&server = node->server()] { server.check_deadlines(); });
  manager.tell("READY=1");
  const int number = serve_signals(node->server(), expelled);
  alive.end();
  if (number == SIGUSR1) {
    node->abandon();
    // Its threads may wait for a database that does not answer: they end with the program's image.
    static_cast<void>(node.release());
    return outcome::expelled;
  }
  manager.tell("STOPPING=1");
  spdlog::info("Stopping on {}", number == SIGINT ? "SIGINT" : "SIGTERM");
  node->stop();
  if (options.service.cluster.enabled()) {
    bound_end();
  }
  return outcome::stopped;
}

} // namespace muster::node
