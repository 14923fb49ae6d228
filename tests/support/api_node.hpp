#pragma once

#include "actors/service/service.hpp"
#include "http/api/application.hpp"
#include "http/rest_api/routes.hpp"
#include "http/server/server.hpp"
#include "tests/actors_service/hand_clock.hpp"
#include "tests/actors_service/temporary_folder.hpp"
#include "tests/http_server/client.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace muster::test {

/// The whole node in this process: real sockets, real service, a folder of its own, the demo data,
/// and a clock that the test moves.
class api_node {
public:
  explicit api_node(service_options options = {}) {
    options.data_dir = folder_.path();
    options.demo = true;
    options.data_min_free = 0;
    on_own_thread([&] { below_ = must(service::open(options, clock)); });
    rest_ = std::make_unique<http::rest::rest_api>(
        below_->signing_key(), clock,
        http::rest::rest_options{options.rpc_min_timeout, options.packages_max_size});
    application_ = http::make_application(*below_, api_options_, clock, {[this](http::router& to) {
      http::rest::add_rest_routes(to, *rest_);
    }});
    http::server_options listening;
    listening.address = "127.0.0.1";
    listening.port = 0;
    listening.threads = 2;
    server_ = must(http::server::create(listening, *application_, clock));
    application_->attach(*server_);
    server_->start();
  }

  ~api_node() {
    server_->begin_shutdown();
    application_->begin_shutdown();
    server_->stop(0);
    rest_.reset();
    on_own_thread([this] { below_.reset(); });
    server_.reset();
  }

  [[nodiscard]] std::uint16_t port() const { return *server_->port(); }
  [[nodiscard]] http::test::client connect() const { return http::test::client{port()}; }
  [[nodiscard]] muster::service& below() { return *below_; }
  /// Where its data lies.
  [[nodiscard]] std::string data_folder() const { return folder_.path(); }

  /// As SIGTERM does, but for the end of the process.
  void begin_shutdown() {
    application_->begin_shutdown();
    below_->begin_shutdown();
    server_->begin_shutdown();
  }

  hand_clock clock;

private:
  /// An actor system keeps thread-local data of those who make and end it, and waits at its end
  /// until the former have lost theirs; the main thread has lost its own when a static node ends.
  static void on_own_thread(const std::function<void()>& work) {
    std::exception_ptr problem;
    std::thread{[&] {
      try {
        work();
      } catch (...) {
        problem = std::current_exception();
      }
    }}.join();
    if (problem) {
      std::rethrow_exception(problem);
    }
  }

  template <class T>
  static T must(result<T> made) {
    if (!made) {
      throw std::runtime_error(made.error().message);
    }
    return std::move(*made);
  }

  temporary_folder folder_;
  http::api_options api_options_;
  std::unique_ptr<service> below_;
  std::unique_ptr<http::rest::rest_api> rest_;
  std::unique_ptr<http::api_application> application_;
  std::unique_ptr<http::server> server_;
};

} // namespace muster::test
