#include "actors/cluster/links/caf_transport.hpp"

#include "actors/cluster/links/gateway.hpp"
#include "actors/cluster/links/reachable.hpp"
#include "actors/cluster/links/tls_errors.hpp"
#include "actors/cluster/links/tls_files.hpp"
#include "actors/cluster/wire/codec.hpp"
#include "actors/registry/crash_ready_threads.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/publish.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/openssl/publish.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <future>
#include <set>
#include <thread>
#include <utility>

namespace muster {

namespace {

using namespace std::chrono_literals;

/// Between two looks for peers to dial.
constexpr auto look_every = 100ms;
/// What the connection that is made to see whether a peer is there may take.
constexpr auto look_time = 300ms;

/// All settings of CAF are here; its own file and command line are not read.
void configure(caf::actor_system_config& config, const caf_transport_options& options) {
  config.config_file_path.clear();
  // One actor works here, for threads outside of CAF.
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", std::size_t{1});
  config.set("middleman.app-identifiers",
             std::vector<std::string>{"muster " + options.cluster + " " +
                                      std::to_string(wire::wire_version)});
  config.set("middleman.heartbeat-interval", caf::timespan(500ms));
  // Beats are sent by a thread that may have to wait for the processor on a busy machine.
  config.set("middleman.connection-timeout", caf::timespan(3s));
  config.set("middleman.workers", std::size_t{0});
  config.load<caf::io::middleman>();
  config.add_thread_hook<crash_ready_threads>();
  if (!options.certificate.empty()) {
    config.openssl_certificate = options.certificate;
    config.openssl_key = options.key;
    config.openssl_cafile = options.authority;
    config.load<caf::openssl::manager>();
    keep_tls_errors_apart(config);
  }
}

class caf_transport final : public listening_transport {
public:
  caf_transport(const caf_transport_options& options, transport_events& events)
      : options_(options), events_(events) {}

  ~caf_transport() override { close(); }

  result<void> start() {
    std::promise<result<std::uint16_t>> listening;
    auto outcome = listening.get_future();
    // CAF's system is made and ended on this thread: it must be gone before the process ends.
    thread_ = std::thread([this, &listening] { run(listening); });
    const auto port = outcome.get();
    if (!port) {
      thread_.join();
      return tl::unexpected(port.error());
    }
    port_ = *port;
    return {};
  }

  void close() override {
    if (!thread_.joinable()) {
      return;
    }
    {
      const std::lock_guard guard(lock_);
      ends_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void want(std::vector<peer_address> peers) override {
    sessions_.want(std::move(peers));
    {
      const std::lock_guard guard(lock_);
      look_ = true;
    }
    wake_.notify_all();
  }

  void send(session_id session, std::string packet) override {
    sessions_.send(session, std::move(packet));
  }

  void drop(session_id session) override { sessions_.drop(session); }

  std::uint16_t port() const noexcept override { return port_; }

private:
  void run(std::promise<result<std::uint16_t>>& listening) {
    // Ours until it was told: then the caller may be gone.
    bool told = false;
    try {
      caf::actor_system_config config;
      configure(config, options_);
      caf::actor_system system(config);
      auto actor = system.spawn<gateway>(options_, sessions_, events_, network_of(system));
      const auto port = publish(actor);
      if (!port) {
        listening.set_value(fail(error_code::invalid, "can't listen on " + options_.host + ":" +
                                                          std::to_string(options_.port) + ": " +
                                                          system.render(port.error())));
      } else {
        listening.set_value(*port);
        told = true;
        serve(actor);
      }
      sessions_.close();
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    } catch (const std::exception& problem) {
      if (told) {
        spdlog::critical("the connections to other nodes have failed: {}", problem.what());
      } else {
        listening.set_value(fail(error_code::invalid, problem.what()));
      }
    }
  }

  bool encrypted() const { return !options_.certificate.empty(); }

  caf::io::middleman_actor network_of(caf::actor_system& system) const {
    return encrypted() ? system.openssl_manager().actor_handle()
                       : system.middleman().actor_handle();
  }

  caf::expected<std::uint16_t> publish(const gateway_actor& actor) const {
    const char* host = options_.host.c_str();
    return encrypted() ? caf::openssl::publish(actor, options_.port, host, true)
                       : caf::io::publish(actor, options_.port, host, true);
  }

  /// Finds peers to dial until the end.
  void serve(const gateway_actor& actor) {
    std::unique_lock guard(lock_);
    while (!ends_) {
      look_ = false;
      guard.unlock();
      auto found = peers_to_dial();
      if (!found.empty()) {
        sessions_.set_reachable(std::move(found));
        caf::anon_send(actor, look_atom::value);
      }
      guard.lock();
      wake_.wait_for(guard, look_every, [this] { return ends_ || look_; });
    }
  }

  std::vector<peer_address> peers_to_dial() {
    std::vector<peer_address> found;
    for (const peer_address& peer : sessions_.wanted()) {
      // Of two nodes one dials, so that they do not close each other's connections.
      if (!(options_.self < peer.node) || sessions_.is_connected(peer.node)) {
        continue;
      }
      if (reachable(peer.host, peer.port, look_time)) {
        unreachable_.erase(peer.node);
        found.push_back(peer);
      } else if (unreachable_.insert(peer.node).second) {
        spdlog::warn("node {} can't be reached at {}:{}", persistence::to_text(peer.node),
                     peer.host, peer.port);
      }
    }
    return found;
  }

  const caf_transport_options options_;
  transport_events& events_;
  gateway_sessions sessions_;
  std::uint16_t port_ = 0;
  std::set<node_ref> unreachable_;
  std::mutex lock_;
  std::condition_variable wake_;
  bool ends_ = false;
  bool look_ = false;
  std::thread thread_;
};

} // namespace

result<std::unique_ptr<listening_transport>>
open_caf_transport(const caf_transport_options& options, transport_events& events) {
  if (auto checked = check_tls_files(options); !checked) {
    return tl::unexpected(checked.error());
  }
  auto made = std::make_unique<caf_transport>(options, events);
  if (auto started = made->start(); !started) {
    return tl::unexpected(started.error());
  }
  return made;
}

} // namespace muster
