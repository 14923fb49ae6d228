// The pure parts of the server, each alone.
#include "http/server/body_budget.hpp"
#include "http/server/deadlines.hpp"
#include "http/server/output.hpp"
#include "http/server/request.hpp"
#include "http/server/trusted_proxies.hpp"
#include "http/server/work_queue.hpp"
#include "tests/catch.hpp"
#include "tests/http_server/fixture.hpp"

#include <rapidcheck.h>

using namespace muster;
using namespace muster::http;

TEST_CASE("Deadlines come due in order, each kind after its span") {
  deadlines waits{{10, 20, 30, 40, 50, 60}};
  deadline_hook a;
  deadline_hook b;
  CHECK(!waits.first());
  waits.set(a, wait_kind::head, 100);
  waits.set(b, wait_kind::handshake, 105);
  CHECK(waits.first() == 115);
  CHECK(waits.pop(114) == nullptr);
  CHECK(waits.pop(115) == &b);
  CHECK(b.kind == wait_kind::handshake);
  waits.set(a, wait_kind::idle, 110);
  CHECK(waits.first() == 160);
  deadlines::clear(a);
  CHECK(waits.pop(1000) == nullptr);
  CHECK(!waits.first());
}

TEST_CASE("Deadlines against a plain model") {
  CHECK(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& steps) {
    deadlines waits{{5, 7, 11, 13, 17, 19}};
    constexpr milliseconds spans[] = {5, 7, 11, 13, 17, 19};
    std::array<deadline_hook, 8> hooks;
    std::array<std::optional<milliseconds>, 8> model;
    milliseconds now = 0;
    for (const auto& [what, by] : steps) {
      auto& hook = hooks[what % 8];
      const auto kind = static_cast<wait_kind>(by % 6);
      if (what < 128) {
        waits.set(hook, kind, now);
        model[what % 8] = now + spans[by % 6];
      } else if (what < 160) {
        deadlines::clear(hook);
        model[what % 8].reset();
      } else {
        now += by % 8;
        while (auto* due = waits.pop(now)) {
          const auto index = static_cast<std::size_t>(due - hooks.data());
          RC_ASSERT(model[index].has_value());
          RC_ASSERT(*model[index] <= now);
          model[index].reset();
        }
        for (const auto& each : model)
          RC_ASSERT(!each || *each > now);
      }
    }
    for (auto& hook : hooks)
      deadlines::clear(hook);
  }));
}

TEST_CASE("Posted work runs in the order it was pushed, and is destroyed when nobody runs it") {
  class numbered final : public posted_work {
  public:
    numbered(int number, std::vector<int>& ran, int& alive)
        : number_{number}, ran_{ran}, alive_{alive} {
      ++alive_;
    }
    ~numbered() override { --alive_; }
    void run() override { ran_.push_back(number_); }

  private:
    int number_;
    std::vector<int>& ran_;
    int& alive_;
  };
  std::vector<int> ran;
  int alive = 0;
  {
    work_queue queue;
    CHECK(queue.push(std::make_unique<numbered>(1, ran, alive)));
    CHECK(!queue.push(std::make_unique<numbered>(2, ran, alive)));
    CHECK(!queue.push(std::make_unique<numbered>(3, ran, alive)));
    {
      auto batch = queue.take();
      batch.next()->run();
      batch.next()->run();
      CHECK(queue.push(std::make_unique<numbered>(4, ran, alive)));
    }
    CHECK(alive == 1);
  }
  CHECK(ran == std::vector<int>{1, 2});
  CHECK(alive == 0);
}

TEST_CASE("Work pushed by many threads is taken whole, each thread's in order") {
  class numbered final : public posted_work {
  public:
    numbered(std::size_t by, int number, std::vector<int>& last, bool& ordered)
        : by_{by}, number_{number}, last_{last}, ordered_{ordered} {}
    void run() override { ordered_ &= last_[by_]++ == number_; }

  private:
    std::size_t by_;
    int number_;
    std::vector<int>& last_;
    bool& ordered_;
  };
  constexpr int each = 5000;
  work_queue queue;
  std::vector<int> last(4);
  bool ordered = true;
  std::vector<std::thread> threads;
  for (std::size_t by = 0; by < 4; ++by)
    threads.emplace_back([&, by] {
      for (int i = 0; i < each; ++i)
        queue.push(std::make_unique<numbered>(by, i, last, ordered));
    });
  CHECK(http::test::eventually([&] {
    auto batch = queue.take();
    while (auto work = batch.next())
      work->run();
    return last == std::vector<int>(4, each);
  }));
  for (auto& thread : threads)
    thread.join();
  CHECK(ordered);
}

TEST_CASE("Output is sent in order and reported when its last byte is out") {
  output out;
  std::string log;
  const auto note = [&log](const char* name) {
    return [&log, name](bool was) { log += std::string{name} + (was ? "+" : "-"); };
  };
  out.bytes() += "head1";
  out.report_when_sent(note("a"));
  out.bytes() += "head2";
  out.attach(std::string{"body2"});
  out.report_when_sent(note("b"));
  CHECK(out.full());
  CHECK(out.first() == "head1head2");
  CHECK(out.second() == "body2");
  out.sent(4);
  CHECK(log.empty());
  out.sent(1);
  CHECK(log == "a+");
  out.sent(7);
  CHECK(out.first().empty());
  CHECK(out.second() == "dy2");
  out.sent(3);
  CHECK(log == "a+b+");
  CHECK(out.empty());
  out.bytes() += "x";
  out.report_when_sent(note("c"));
  out.abandon();
  CHECK(log == "a+b+c-");
}

TEST_CASE("The body budget lets the first in line beyond the limit, and one only") {
  http::test::fixture server;
  server.start();
  auto& where = server.server->reactor_at(0);
  std::vector<std::uint64_t> granted;
  body_budget budget{100, [&](exchange_handle to) { granted.push_back(to.serial()); }};
  const auto owner = [&](std::uint64_t serial) { return exchange_handle{where, 0, serial}; };
  CHECK(budget.reserve(owner(1), 60));
  CHECK(budget.reserve(owner(2), 500));
  CHECK(budget.reserve(owner(2), 500));
  CHECK(!budget.reserve(owner(3), 10));
  CHECK(!budget.reserve(owner(4), 90));
  CHECK(!budget.reserve(owner(1), 5));
  CHECK(budget.used() == 1060);
  budget.release(owner(4));
  budget.release(owner(2));
  CHECK(granted == std::vector<std::uint64_t>{3, 1});
  CHECK(budget.used() == 75);
  budget.release(owner(1));
  budget.release(owner(3));
  CHECK(budget.used() == 0);
}

TEST_CASE("Whoever does not wait is given what is free, or nothing") {
  http::test::fixture server;
  server.start();
  auto& where = server.server->reactor_at(0);
  body_budget budget{100, [](exchange_handle) {}};
  const auto owner = [&](std::uint64_t serial) { return exchange_handle{where, 0, serial}; };
  CHECK(budget.try_reserve(owner(1), 60));
  CHECK(budget.try_reserve(owner(2), 500));
  CHECK(!budget.try_reserve(owner(1), 1));
  CHECK(budget.try_reserve(owner(2), 1));
  CHECK(budget.used() == 561);
  budget.release(owner(2));
  CHECK(budget.used() == 60);
  CHECK(budget.try_reserve(owner(1), 40));
}

TEST_CASE("Networks of trusted proxies") {
  const std::vector<std::string> texts{"10.0.0.0/8", "192.168.1.1", "fd00::/9", "::1", "0.0.0.0/0"};
  const auto none = trusted_proxies::parse({});
  REQUIRE(none);
  CHECK(!none->contains(*parse_address("10.0.0.1")));
  const auto some = trusted_proxies::parse(std::span{texts}.first(4));
  REQUIRE(some);
  for (const auto* inside : {"10.255.0.1", "192.168.1.1", "fd7f::1", "::1"})
    CHECK(some->contains(*parse_address(inside)));
  for (const auto* outside : {"11.0.0.1", "192.168.1.2", "fd80::1", "::2"})
    CHECK(!some->contains(*parse_address(outside)));
  const auto all = trusted_proxies::parse(std::span{texts}.last(1));
  CHECK(all->contains(*parse_address("1.2.3.4")));
  CHECK(!all->contains(*parse_address("::1")));
  CHECK(to_text(some->client(*parse_address("10.0.0.1"), "1.1.1.1 , 10.0.0.2")) == "1.1.1.1");
  CHECK(to_text(some->client(*parse_address("10.0.0.1"), "evil, fd80::1")) == "fd80::1");
  CHECK(to_text(some->client(*parse_address("10.0.0.1"), "not an address")) == "10.0.0.1");
  CHECK(to_text(some->client(*parse_address("8.8.8.8"), "1.1.1.1")) == "8.8.8.8");
  for (const std::string bad : {"10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/", "here", "::/129"})
    CHECK(!trusted_proxies::parse(std::span{&bad, 1}));
}

namespace {

/// Reads one request given in pieces the way a connection does; the outcome in words.
std::string read_in_pieces(const std::string& text, const std::vector<std::size_t>& cuts) {
  request reading;
  std::string pending;
  bool head_done = false;
  std::size_t at = 0;
  for (std::size_t i = 0; at < text.size(); ++i) {
    const auto size = i < cuts.size() ? cuts[i] % 50 + 1 : text.size() - at;
    pending += text.substr(at, size);
    at += std::min(size, text.size() - at);
    for (;;) {
      const auto progress = reading.read(pending);
      if (progress == request::progress::failed)
        return "failed " + std::to_string(reading.fault().status);
      const bool whole = progress == request::progress::whole ||
                         (progress == request::progress::head_done && reading.whole());
      if (whole || progress == request::progress::head_done || head_done)
        reading.keep();
      pending.erase(0, reading.consumed());
      if (whole) {
        std::string told{reading.method_text()};
        told.append(" ").append(reading.path()).append("?").append(reading.query());
        told.append(" ").append(reading.header("x-a").value_or("none"));
        return told.append("|")
            .append(reading.body())
            .append("|")
            .append(pending)
            .append(text.substr(at));
      }
      if (progress == request::progress::more)
        break;
      head_done = true;
    }
  }
  return "more";
}

} // namespace

TEST_CASE("However a request is cut into pieces, the outcome is the same") {
  const std::vector<std::string> texts{
      "GET /a?b=c HTTP/1.1\r\nHost: a\r\nX-A: one\r\n\r\nGET /next",
      "POST /a HTTP/1.1\r\nHost: a\r\nX-A:\r\nContent-Length: 11\r\n\r\nhello worldrest",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n "
      "world\r\n0\r\nT: u\r\n\r\nrest",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a\r\nX-A: one\r\n two\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
      "GET /a HTTP/1.1\r\nX-A: one\r\n\r\n"};
  CHECK(rc::check([&](const std::vector<std::size_t>& cuts) {
    const auto& text = *rc::gen::elementOf(texts);
    RC_ASSERT(read_in_pieces(text, cuts) == read_in_pieces(text, {}));
  }));
  CHECK(read_in_pieces(texts[2], {}) == "POST /a? none|hello world|rest");
  CHECK(read_in_pieces(texts[4], {}) == "failed 400");
}

TEST_CASE("Any bytes are read without harm") {
  CHECK(rc::check([](const std::vector<std::size_t>& cuts) {
    const std::vector<std::string> words{"GET ",
                                         "POST ",
                                         "/a",
                                         " HTTP/1.1",
                                         "\r\n",
                                         "\n",
                                         "\r",
                                         ":",
                                         "Host: a",
                                         "Transfer-Encoding: chunked",
                                         "Content-Length: 3",
                                         "0",
                                         "5;",
                                         " ",
                                         "\t",
                                         std::string(1, '\0'),
                                         "\xff",
                                         "abc"};
    std::string text;
    for (const auto index : *rc::gen::container<std::vector<std::size_t>>(
             rc::gen::inRange<std::size_t>(0, words.size())))
      text += words[index];
    // A head that came in pieces is judged once its end is there, so a fault may show later: then
    // more is asked for. Otherwise the pieces make no difference.
    const auto pieces = read_in_pieces(text, cuts);
    RC_ASSERT(pieces == "more" || pieces == read_in_pieces(text, {}));
  }));
}
