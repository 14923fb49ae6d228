#include "tools/bench/application.hpp"

#include "tools/bench/fleet.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

namespace muster::bench {
namespace {

nlohmann::json parsed(std::string_view text) {
  auto document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_discarded())
    throw failure("the server's answer is not JSON");
  return document;
}

/// Each connection makes the next device as soon as it has made one.
class maker final : client_events {
public:
  maker(const target& where, std::string token, std::size_t devices, std::size_t connections)
      : where_(where), token_(std::move(token)), ids_(devices), client_(where, connections, *this) {
  }

  std::vector<std::string> run() {
    for (std::size_t i = 0; i < client_.size(); ++i)
      send_next(client_.at(i));
    while (made_ < ids_.size())
      client_.poll(-1);
    return std::move(ids_);
  }

private:
  void send_next(connection& on) {
    if (next_ == ids_.size())
      return;
    on.tag = next_++;
    std::string token = token_of(on.tag);
    client_.send(on, make_request("POST", "/api/device?accessToken=" + token, where_, token_,
                                  R"({"name":"bench )" + token + R"("})"));
  }

  void answered(connection& on, const response& what) override {
    if (what.status != 200)
      throw failure("making a device: " + std::to_string(what.status) + " " +
                    std::string(what.body));
    ids_[on.tag] = parsed(what.body).at("id").at("id").get<std::string>();
    ++made_;
    send_next(on);
  }

  void lost(connection&, bool unanswered, std::string_view why) override {
    if (unanswered)
      throw failure("making a device: " + std::string(why));
  }

  target where_;
  std::string token_;
  std::vector<std::string> ids_;
  std::size_t next_ = 0;
  std::size_t made_ = 0;
  client client_;
};

} // namespace

blocking_client::blocking_client(const target& where) : connection_(where, 1, *this) {}

blocking_client::~blocking_client() = default;

answer blocking_client::ask(std::string_view request) {
  waiting_ = true;
  connection_.send(connection_.at(0), request);
  while (waiting_)
    connection_.poll(-1);
  return std::move(last_);
}

void blocking_client::answered(connection&, const response& what) {
  last_ = {what.status, std::string(what.body)};
  waiting_ = false;
}

void blocking_client::lost(connection&, bool unanswered, std::string_view why) {
  if (unanswered)
    throw failure(std::string(why));
}

std::string make_request(std::string_view method, std::string_view path, const target& where,
                         std::string_view token, std::string_view body) {
  std::string text;
  text.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(where.host);
  text.append("\r\nConnection: keep-alive\r\n");
  if (!token.empty())
    text.append("X-Authorization: Bearer ").append(token).append("\r\n");
  if (method != "GET")
    text.append("Content-Type: application/json\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n");
  return text.append("\r\n").append(body);
}

std::string log_in(const target& where, const std::string& user, const std::string& password) {
  nlohmann::json body{{"username", user}, {"password", password}};
  auto reply =
      blocking_client(where).ask(make_request("POST", "/api/auth/login", where, {}, body.dump()));
  if (reply.status != 200)
    throw failure("login refused: " + std::to_string(reply.status) + " " + reply.body);
  return parsed(reply.body).at("token").get<std::string>();
}

void create_fleet(const target& where, const std::string& access_token, std::size_t devices,
                  std::size_t connections, const std::string& fleet_file) {
  auto ids = maker(where, access_token, devices, connections).run();
  std::ofstream file(fleet_file, std::ios::binary);
  for (std::size_t i = 0; i < ids.size(); ++i)
    file << token_of(i) << ' ' << ids[i] << '\n';
  if (!file.flush())
    throw failure("cannot write " + fleet_file);
}

} // namespace muster::bench
