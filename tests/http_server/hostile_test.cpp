// Clients that mean no good: garbage, resets, half requests and abandoned polls, many at a time.
// MUSTER_HOSTILE_CONNECTIONS sets how many connections the run makes; the long form takes 100000.
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

#include <sys/socket.h>

#include <cstdlib>
#include <random>

using namespace muster::http;
using namespace muster::http::test;

namespace {

std::string garbage(std::mt19937& dice) {
  static const std::vector<std::string> words{
      "GET ",
      "POST ",
      "/park",
      "/a",
      " HTTP/1.1\r\n",
      " HTTP/1.0\r\n",
      "Host: a\r\n",
      "\r\n",
      "Content-Length: 5\r\n",
      "Content-Length: 99999999\r\n",
      "Transfer-Encoding: chunked\r\n",
      "Expect: 100-continue\r\n",
      "Connection: close\r\n",
      "5\r\nabcde\r\n",
      "0\r\n\r\n",
      "\n",
      "\t:",
      std::string(1, '\0'),
      "\xff\xfe",
      "GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /park HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"};
  std::string text;
  for (auto count = dice() % 12; count > 0; --count)
    text += words[dice() % words.size()];
  return text;
}

/// What one hostile connection does, and how it ends.
void attack(std::uint16_t port, std::mt19937& dice) {
  client peer{port};
  const auto text = garbage(dice);
  const auto cut = text.empty() ? 0 : dice() % text.size();
  peer.send(std::string_view{text}.substr(0, cut));
  peer.send(std::string_view{text}.substr(cut));
  switch (dice() % 4) {
  case 0:
    peer.reset();
    break;
  case 1:
    peer.half_close();
    break;
  default:
    break;
  }
}

} // namespace

TEST_CASE("Hostile connections harm nobody and leave nothing behind") {
  const auto* const asked = std::getenv("MUSTER_HOSTILE_CONNECTIONS");
  const int attacks = asked != nullptr ? std::atoi(asked) : 3000;
  fixture server;
  server.options.threads = 2;
  std::atomic<int> parked = 0;
  std::atomic<int> gone = 0;
  server.app.whole = [&](exchange& request) {
    if (request.path() == "/park") {
      ++parked;
      request.park([&] { ++gone; });
      return;
    }
    request.respond({200, text_type, std::string{request.header("X-Mine").value_or("")}});
  };
  auto honest = server.connect();
  std::atomic<bool> over = false;
  std::thread attacker{[&] {
    std::mt19937 dice{20231114};
    for (int i = 0; i < attacks; ++i)
      attack(*server.server->port(), dice);
    over = true;
  }};
  int answered = 0;
  bool right = true;
  for (; !over; ++answered) {
    const auto mark = std::to_string(answered);
    honest.send("GET /b HTTP/1.1\r\nHost: a\r\nX-Mine: " + mark + "\r\n\r\n");
    const auto seen = honest.read();
    right = right && seen && seen->body == mark;
  }
  attacker.join();
  CHECK(right);
  CHECK(answered > 0);
  // What waits for the rest of a request or lingers ends by its deadline.
  CHECK(eventually([&] {
    server.pass_time(100'000);
    return server.server->counters().connections_open <= 1;
  }));
  CHECK(server.server->counters().parked == 0);
  CHECK(server.server->counters().body_memory_used == 0);
  CHECK(gone == parked);
}

TEST_CASE("A flood of unread pipelined requests does not pile up answers") {
  fixture server;
  server.app.whole = [](exchange& request) {
    request.respond({200, text_type, std::string(10'000, 'x')});
  };
  auto peer = server.connect();
  std::string many;
  for (int i = 0; i < 200'000; ++i)
    many += "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  std::thread sender{[&] { peer.send(many); }};
  int before = -1;
  CHECK(eventually([&] {
    server.pass_time(0);
    return before == std::exchange(before, server.app.served.load()) && before > 0;
  }));
  CHECK(server.app.served < 20'000);
  ::shutdown(peer.descriptor(), SHUT_RDWR);
  sender.join();
}
