#include "tests/http_device_api/edge_fixture.hpp"

using namespace muster;
using namespace muster::http::test;

namespace {

const rpc_delivery delivery{1, "on", json_text{R"({"pin":1})"}};

bool same(const poll_report& seen, const sent_command& sent, poll_id poll,
          poll_report::outcome what) {
  return seen.device == sent.what.device && seen.poll == poll && seen.what == what;
}

} // namespace

TEST_CASE_METHOD(edge_fixture, "a poll's timeout is the one asked for, within its bounds") {
  struct row {
    std::string query;
    milliseconds timeout;
  };
  options.default_poll_timeout = 50'000;
  const auto each = GENERATE(values<row>({{"", 50'000},
                                          {"?timeout=0", 50'000},
                                          {"?timeout=", 50'000},
                                          {"?timeout=-5", 0},
                                          {"?timeout=1", 1},
                                          {"?timeout=%31%30", 10},
                                          {"?timeout=300000", 300'000},
                                          {"?timeout=300001", 300'000},
                                          {"?timeout=9223372036854775807", 300'000}}));
  CAPTURE(each.query);
  auto fresh = connect();
  fresh.send(get("/api/v1/T/rpc" + each.query));
  auto sent = take_command();
  CHECK(std::get<poll_rpc>(sent.what.body).timeout == each.timeout);
  CHECK(std::get<poll_rpc>(sent.what.body).client == "127.0.0.1");
  sent.to.answer(error{error_code::poll_timeout, {}});
  const auto seen = fresh.read();
  CHECK(seen->status == 408);
  CHECK(seen->body.empty());
  CHECK(seen->headers.count("connection") == 0);
  fresh.send(get("/api/v1/T/attributes/updates" + each.query));
  const auto changes = take_command();
  CHECK(std::get<poll_attributes>(changes.what.body).timeout == each.timeout);
  CHECK(std::get<poll_attributes>(changes.what.body).client == "127.0.0.1");
}

TEST_CASE_METHOD(edge_fixture, "the default timeout is no longer than the maximum") {
  options.max_poll_timeout = 30'000;
  CHECK_FALSE(options.validate());
  auto fresh = connect();
  fresh.send(get("/api/v1/T/rpc"));
  CHECK(std::get<poll_rpc>(take_command().what.body).timeout == 30'000);
  options.default_poll_timeout = 0;
  CHECK(options.validate());
}

TEST_CASE_METHOD(edge_fixture, "a delivered RPC is reported as written") {
  auto fresh = connect();
  fresh.send(get("/api/v1/T/rpc"));
  auto sent = take_command();
  const auto poll = std::get<poll_rpc>(sent.what.body).poll;
  sent.to.answer(delivery);
  const auto seen = fresh.read();
  CHECK(seen->status == 200);
  CHECK(seen->headers.at("content-type") == "application/json");
  CHECK(seen->body == R"({"id":1,"method":"on","params":{"pin":1}})");
  CHECK(same(*below.reports.take(), sent, poll, poll_report::outcome::written));
  fresh.close();
  CHECK(eventually([&] { return server().counters().connections_open == 0; }));
  CHECK(below.reports.empty());
}

TEST_CASE_METHOD(edge_fixture, "attribute changes are flat") {
  auto fresh = connect();
  fresh.send(get("/api/v1/T/attributes/updates"));
  auto sent = take_command();
  const auto poll = std::get<poll_attributes>(sent.what.body).poll;
  sent.to.answer(attribute_changes{{{"a", value{42.0}}}, {"b"}});
  CHECK(fresh.read()->body == R"({"a":42.0,"deleted":["b"]})");
  CHECK(same(*below.reports.take(), sent, poll, poll_report::outcome::written));
}

TEST_CASE_METHOD(edge_fixture, "a client that goes is reported at once") {
  const bool by_reset = GENERATE(true, false);
  auto fresh = connect();
  fresh.send(get("/api/v1/T/rpc"));
  auto sent = take_command();
  const auto poll = std::get<poll_rpc>(sent.what.body).poll;
  by_reset ? fresh.reset() : fresh.half_close();
  CHECK(same(*below.reports.take(), sent, poll, poll_report::outcome::lost));
  CHECK(eventually([&] { return server().counters().connections_open == 0; }));
  // What comes too late is dropped, and not reported twice.
  sent.to.answer(delivery);
  auto next = connect();
  next.send(post("/api/v1/T/telemetry", "{"));
  CHECK(next.read()->status == 400);
  CHECK(below.reports.empty());
}

TEST_CASE_METHOD(edge_fixture, "polls have different names") {
  std::vector<poll_id> polls;
  std::vector<client> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect());
    clients.back().send(get("/api/v1/T/rpc"));
  }
  for (int i = 0; i < 20; ++i) {
    auto sent = take_command();
    polls.push_back(std::get<poll_rpc>(sent.what.body).poll);
    sent.to.answer(error{error_code::poll_timeout, {}});
  }
  std::ranges::sort(polls);
  CHECK(std::ranges::adjacent_find(polls) == polls.end());
}

TEST_CASE_METHOD(edge_fixture, "polls of a device that went or changed its token end with 401") {
  auto fresh = connect();
  fresh.send(get("/api/v1/T/rpc"));
  take_command().to.answer(error{error_code::unauthorized, {}});
  const auto seen = fresh.read();
  CHECK(seen->status == 401);
  CHECK(seen->body.empty());
  CHECK(below.reports.empty());
}

TEST_CASE_METHOD(edge_fixture, "shutting down ends parked polls with 408 and callers with 503") {
  auto poller = connect();
  poller.send(get("/api/v1/T/rpc"));
  auto sent = take_command();
  auto caller = connect();
  caller.send(post("/api/v1/T/rpc", R"({"method":"m","params":1})"));
  auto call_sent = take_command();
  auto poster = connect();
  poster.send(post("/api/v1/T/telemetry", "{}"));
  auto telemetry_sent = take_command();
  auto late = connect();
  auto later = connect();

  app().begin_shutdown();
  const auto polled = poller.read();
  CHECK(polled->status == 408);
  CHECK(polled->body.empty());
  CHECK(polled->headers.at("connection") == "close");
  CHECK(same(*below.reports.take(), sent, std::get<poll_rpc>(sent.what.body).poll,
             poll_report::outcome::lost));
  const auto called = caller.read();
  CHECK(called->status == 503);
  CHECK(called->headers.at("connection") == "close");
  CHECK(called->headers.count("retry-after") == 1);

  // What runs is answered; polls and callers that still come are answered like the waiting ones.
  telemetry_sent.to.answer(done{});
  CHECK(poster.read()->status == 200);
  late.send(get("/api/v1/T/attributes/updates"));
  const auto refused = late.read();
  CHECK(refused->status == 408);
  CHECK(refused->headers.at("connection") == "close");
  later.send(post("/api/v1/T/rpc", R"({"method":"m","params":1})"));
  CHECK(later.read()->status == 503);
  CHECK(below.commands.empty());
}

TEST_CASE_METHOD(edge_fixture, "a poll that a stopping service refuses is 408") {
  const auto seen = ask(get("/api/v1/T/rpc"), error{error_code::shutting_down, {}});
  CHECK(seen.status == 408);
  CHECK(seen.headers.at("connection") == "close");
}
