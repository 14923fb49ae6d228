#pragma once

#include "actors/rules/scripts/script_engine.hpp"
#include "tests/catch.hpp"
#include "tests/support/api_node.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace muster::http::rest::test {

using http::test::answer_seen;
using json = nlohmann::json;

inline const std::string telemetry_base = "/api/plugins/telemetry/";

/// The bytes of one request.
inline std::string request_text(std::string_view method, std::string_view target,
                                std::string_view token = {}, std::string_view body = {},
                                std::string_view type = "application/json") {
  std::string text{method};
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: muster\r\n");
  if (!token.empty()) {
    text.append("X-Authorization: Bearer ").append(token).append("\r\n");
  }
  if (!body.empty() || method == "POST") {
    text.append("Content-Type: ")
        .append(type)
        .append("\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n");
  }
  return text.append("\r\n").append(body);
}

/// An application, or a device, on one connection.
class caller {
public:
  explicit caller(const muster::test::api_node& node, std::string token = {})
      : client_{node.connect()}, token_{std::move(token)} {}

  /// Only sends; the answer is taken by `wait`.
  void start(std::string_view method, std::string_view target, std::string_view body = {},
             std::string_view type = "application/json") {
    REQUIRE(client_.send(request_text(method, target, token_, body, type)));
  }
  answer_seen wait() {
    auto answer = client_.read();
    REQUIRE(answer);
    return std::move(*answer);
  }
  answer_seen call(std::string_view method, std::string_view target, std::string_view body = {},
                   std::string_view type = "application/json") {
    start(method, target, body, type);
    return wait();
  }
  /// Without an assertion, which only a test's own thread may make; nothing: the connection ended.
  std::optional<answer_seen> try_post(std::string_view target, std::string_view body) {
    if (!client_.send(request_text("POST", target, token_, body, "application/json"))) {
      return std::nullopt;
    }
    return client_.read();
  }
  answer_seen get(std::string_view target) { return call("GET", target); }
  answer_seen post(std::string_view target, std::string_view body) {
    return call("POST", target, body);
  }
  answer_seen remove(std::string_view target) { return call("DELETE", target); }

  /// The JSON of a 200.
  json got(std::string_view target) { return parsed(get(target)); }
  json posted(std::string_view target, std::string_view body) { return parsed(post(target, body)); }

  /// A new device; its identifier.
  std::string make_device(const std::string& name, const std::string& access_token) {
    return posted("/api/device?accessToken=" + access_token,
                  R"({"name":")" + name + "\"}")["id"]["id"];
  }

  void become(std::string token) { token_ = std::move(token); }
  [[nodiscard]] http::test::client& connection() { return client_; }

private:
  static json parsed(const answer_seen& answer) {
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return json::parse(answer.body);
  }

  http::test::client client_;
  std::string token_;
};

inline json login(const muster::test::api_node& node, const std::string& name,
                  const std::string& password) {
  return caller{node}.posted("/api/auth/login",
                             json{{"username", name}, {"password", password}}.dump());
}

/// A node with its three kinds of users logged in, shared by the tests that leave it as it was but
/// for devices of their own.
class demo_node : public muster::test::api_node {
public:
  using api_node::api_node;

  caller tenant() { return as(tenant_, "tenant@thingsboard.org", "tenant"); }
  caller customer() { return as(customer_, "customer@thingsboard.org", "customer"); }
  caller administrator() { return as(administrator_, "sysadmin@thingsboard.org", "sysadmin"); }

  /// The shared one.
  static demo_node& shared() {
    // The engine of scripts begins before the node, so that it ends after the node's threads.
    static const bool begun = script_engine().check({"return true;"}).has_value();
    REQUIRE(begun);
    static demo_node node;
    return node;
  }

private:
  caller as(std::string& token, const std::string& name, const std::string& password) {
    if (token.empty()) {
      token = login(*this, name, password)["token"];
    }
    return caller{*this, token};
  }

  std::string tenant_;
  std::string customer_;
  std::string administrator_;
};

/// The error JSON of the application API, its time left out.
inline void check_fault(const answer_seen& answer, int status, int code,
                        const std::string& message) {
  INFO(answer.body);
  CHECK(answer.status == status);
  const auto shown = json::parse(answer.body, nullptr, false);
  REQUIRE(shown.is_object());
  CHECK(shown["status"] == status);
  CHECK(shown["errorCode"] == code);
  CHECK(shown["message"] == message);
  CHECK(shown["timestamp"].is_number());
}

/// A plain text error.
inline void check_text(const answer_seen& answer, int status, const std::string& text) {
  CHECK(answer.status == status);
  CHECK(answer.body == text);
  CHECK(answer.headers.at("content-type") == "text/plain;charset=UTF-8");
}

/// The identifier of an entity as the API shows it.
inline std::string id_of(const json& entity) {
  return entity["id"]["id"];
}

/// What names an entity in the bodies of the API.
inline json reference(const std::string& type, const std::string& id) {
  return {{"entityType", type}, {"id", id}};
}

inline const std::string nobody = "00000000-0000-4000-8000-000000000000";

} // namespace muster::http::rest::test
