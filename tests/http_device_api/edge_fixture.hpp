#pragma once

#include "http/api/application.hpp"
#include "tests/catch.hpp"
#include "tests/http_device_api/scripted_service.hpp"
#include "tests/http_server/client.hpp"
#include "tests/http_server/fixture.hpp"

#include <memory>
#include <string>

namespace muster::http::test {

/// The device API over a scripted service. `T` is a token that the cache knows.
class edge_fixture {
public:
  scripted_service below;
  manual_clock clock;
  api_options options;

  edge_fixture() { below.cache("T", scripted_service::owner(1)); }
  ~edge_fixture() {
    if (server_) {
      server_->stop(0);
    }
    // Their replies still reach for the reactors.
    while (!below.commands.empty()) {
      below.commands.take();
    }
    while (!below.changes.empty()) {
      below.changes.take();
    }
    server_.reset();
  }

  client connect() {
    start();
    return client{*server_->port()};
  }
  api_application& app() {
    start();
    return *app_;
  }
  http::server& server() { return *server_; }

  /// Sends a request on a connection of its own and gives back its answer.
  answer_seen ask(const std::string& request) {
    auto fresh = connect();
    fresh.send(request);
    auto seen = fresh.read(request.starts_with("HEAD"));
    REQUIRE(seen);
    return *seen;
  }
  /// As `ask`, for a request that leads to a command, which is answered by `with`.
  answer_seen ask(const std::string& request, reply with) {
    auto fresh = connect();
    fresh.send(request);
    take_command().to.answer(std::move(with));
    auto seen = fresh.read(request.starts_with("HEAD"));
    REQUIRE(seen);
    return *seen;
  }

  sent_command take_command() {
    auto sent = below.commands.take();
    REQUIRE(sent);
    return std::move(*sent);
  }
  /// The body of the command that is on its way, which is answered `done`.
  template <class Body>
  Body take_body() {
    auto sent = take_command();
    auto body = std::get<Body>(std::move(sent.what.body));
    sent.to.answer(done{});
    return body;
  }

private:
  void start() {
    if (server_) {
      return;
    }
    app_ = make_application(below, options, clock);
    server_options listening;
    listening.address = "127.0.0.1";
    listening.port = 0;
    listening.threads = 2;
    auto made = http::server::create(listening, *app_, clock);
    REQUIRE(made);
    server_ = std::move(*made);
    app_->attach(*server_);
    server_->start();
  }

  std::unique_ptr<api_application> app_;
  std::unique_ptr<http::server> server_;
};

inline std::string get(const std::string& path, const std::string& headers = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

inline std::string post(const std::string& path, const std::string& body,
                        const std::string& headers = {}) {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace muster::http::test
