#include "actors/service/http_caller.hpp"

#include "tests/catch.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace muster::test {

namespace {

/// Another server: answers each connection once with the same, and keeps what it was asked.
class answering_server {
public:
  explicit answering_server(std::string answer)
      : answer_(std::move(answer)), listening_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0);
    REQUIRE(::listen(listening_, 16) == 0);
    socklen_t size = sizeof any;
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&any), &size) == 0);
    port_ = ntohs(any.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~answering_server() {
    ::shutdown(listening_, SHUT_RDWR);
    ::close(listening_);
    thread_.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/path"; }
  std::vector<std::string> asked() {
    const std::lock_guard guard(mutex_);
    return asked_;
  }

private:
  void serve() {
    for (;;) {
      const int one = ::accept(listening_, nullptr, nullptr);
      if (one < 0) {
        return;
      }
      std::string request;
      char piece[4'096];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const auto read = ::read(one, piece, sizeof piece);
        if (read <= 0) {
          break;
        }
        request.append(piece, static_cast<std::size_t>(read));
      }
      {
        const std::lock_guard guard(mutex_);
        asked_.push_back(request);
      }
      static_cast<void>(::send(one, answer_.data(), answer_.size(), MSG_NOSIGNAL));
      ::close(one);
    }
  }

  const std::string answer_;
  int listening_;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::thread thread_;
};

/// Waits for what becomes of calls.
class outcomes {
public:
  work_carrier::report next() {
    return [this](work_outcome&& what) {
      const std::lock_guard guard(mutex_);
      all_.push_back(std::move(what));
      come_.notify_all();
    };
  }
  std::vector<work_outcome> wait(std::size_t count) {
    std::unique_lock guard(mutex_);
    REQUIRE(come_.wait_for(guard, std::chrono::seconds(20), [&] { return all_.size() >= count; }));
    return all_;
  }

private:
  std::mutex mutex_;
  std::condition_variable come_;
  std::vector<work_outcome> all_;
};

http_work get(std::string url) {
  http_work made;
  made.method = "GET";
  made.url = std::move(url);
  made.timeout = 10'000;
  made.max_answer_bytes = 1'000;
  return made;
}

std::shared_ptr<const left_work> left(http_work work) {
  return std::make_shared<const left_work>(left_work{{}, std::move(work)});
}

work_outcome called(http_caller& by, http_work work) {
  outcomes heard;
  REQUIRE(by.call("key", left(std::move(work)), heard.next()));
  return heard.wait(1).front();
}

std::string why(const work_outcome& what) {
  const auto* failed = std::get_if<work_failed>(&what);
  return failed != nullptr ? failed->why : "it did not fail";
}

} // namespace

TEST_CASE("a chain's request goes out as it is told, with its key") {
  answering_server server("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:2 \r\nContent-Length: 2\r\n\r\n{}");
  http_caller caller{http_allowed()};
  http_work work = get(server.url() + "?a b");
  work.method = "PUT";
  work.body = "";
  work.headers = {{"X-Own", "of mine"}, {"X-Empty", ""}, {"Content-Type", "application/json"}};
  const auto outcome = called(caller, std::move(work));
  const auto& answer = std::get<http_answer>(outcome);
  CHECK(answer.status == 200);
  CHECK(answer.body == "{}");
  CHECK((answer.headers.at(0) == std::pair<std::string, std::string>("X-A", "1")));
  CHECK((answer.headers.at(1) == std::pair<std::string, std::string>("x-a", "2")));
  const std::string asked = server.asked().at(0);
  CHECK(asked.starts_with("PUT /path?a%20b HTTP/1.1\r\n"));
  for (const std::string line : {"X-Own: of mine", "X-Empty:", "Content-Type: application/json",
                                 "Idempotency-Key: key", "Content-Length: 0"}) {
    CHECK(asked.find("\r\n" + line + "\r\n") != std::string::npos);
  }
}

TEST_CASE("a redirection is not followed") {
  answering_server server("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                          "Content-Length: 0\r\n\r\n");
  http_caller caller{http_allowed()};
  CHECK(std::get<http_answer>(called(caller, get(server.url()))).status == 302);
}

TEST_CASE("where a call leads is looked at when it is connected to") {
  answering_server server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  SECTION("by default link-local addresses are forbidden") {
    http_caller caller{http_allowed()};
    for (const std::string host : {"169.254.169.254", "[fe80::1]", "[::ffff:169.254.1.1]"}) {
      CHECK(why(called(caller, get("http://" + host + "/"))).find("may not be called") !=
            std::string::npos);
    }
  }
  SECTION("a name is what it stands for") {
    http_caller caller{http_allowed::parse("10.0.0.0/8").value()};
    const std::string port = server.url().substr(server.url().rfind(':'));
    CHECK(why(called(caller, get("http://localhost" + port))) ==
          "localhost may not be called by rule chains (rules.http_allowed)");
    CHECK(server.asked().empty());
  }
}

TEST_CASE("a call that comes to nothing says why") {
  http_caller caller{http_allowed()};
  CHECK(why(called(caller, get("http://127.0.0.1:1/"))).find("connect") != std::string::npos);
  CHECK(why(called(caller, get("http://no host/"))) != "it did not fail");
  CHECK(why(called(caller, get("file:///etc/passwd"))) != "it did not fail");
}

TEST_CASE("an answer that is too large is given up") {
  answering_server server("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" +
                          std::string(2'000, 'x'));
  http_caller caller{http_allowed()};
  CHECK(why(called(caller, get(server.url()))) == "the answer is larger than 1000 bytes");
}

TEST_CASE("calls that are too many wait, and too many of those are refused") {
  answering_server server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  http_caller caller{http_allowed(), {1, 1'000}};
  outcomes heard;
  for (int i = 0; i < 20; ++i) {
    http_work work = get(server.url());
    work.most_parallel = 1;
    REQUIRE(caller.call("key", left(std::move(work)), heard.next()));
  }
  CHECK(heard.wait(20).size() == 20);
  http_caller full{http_allowed(), {1, 0}};
  CHECK_FALSE(full.call("key", left(get(server.url())), heard.next()));
}

TEST_CASE("networks that may be called are read and compared by their bits") {
  const auto allows = [](std::string_view list, std::string_view host, std::string_view address) {
    return http_allowed::parse(list).value().allows(host, *parse_address(address));
  };
  CHECK(allows("", "a", "10.0.0.1"));
  CHECK(allows("", "a", "127.0.0.1"));
  CHECK(allows("", "a", "fec0::1"));
  CHECK_FALSE(allows("", "a", "febf::1"));
  CHECK_FALSE(allows("", "a", "64:ff9b::169.254.169.254"));
  CHECK_FALSE(allows("", "a", "fd00:ec2::254"));
  CHECK(allows("10.1.0.0/9, ::1", "a", "10.127.0.1"));
  CHECK_FALSE(allows("10.1.0.0/9", "a", "10.128.0.1"));
  CHECK(allows("10.1.0.0/9,::1", "a", "::1"));
  CHECK(allows("Example.org", "eXample.org.", "169.254.1.1"));
  CHECK_FALSE(allows("example.org", "sub.example.org", "10.0.0.1"));
  for (const std::string_view wrong : {"10.0.0.0/33", "10.0.0.0/", "::/129", "a/8", "a b"}) {
    CHECK_FALSE(http_allowed::parse(wrong));
  }
}

} // namespace muster::test
