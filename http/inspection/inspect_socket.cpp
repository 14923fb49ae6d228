#include "http/inspection/inspect_socket.hpp"

#include "http/inspection/inspect_query.hpp"

#include <boost/beast/http.hpp>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace muster::http {

namespace {

namespace beast = boost::beast::http;

/// So many operators are answered at a time.
constexpr int socket_threads = 4;
constexpr int waiting_connections = 64;
constexpr std::size_t largest_head = 16 * 1024;
constexpr std::time_t patience_seconds = 10;
constexpr std::string_view path_start = "/api/inspect/";

/// Waits for one answer; outlives whoever answers late.
class one_answer final : public reply_sink {
public:
  void push(std::vector<completion> batch) noexcept override {
    const std::lock_guard guard(mutex_);
    for (auto& one : batch) {
      static_cast<void>(one.to.release());
      what_ = std::move(one.what);
    }
    there_.notify_one();
  }

  reply wait() {
    std::unique_lock guard(mutex_);
    there_.wait(guard, [this] { return what_.has_value(); });
    return std::move(*what_);
  }

private:
  std::mutex mutex_;
  std::condition_variable there_;
  std::optional<reply> what_;
};

int status_of(const error& what) noexcept {
  switch (what.code) {
  case error_code::invalid:
  case error_code::malformed:
    return 400;
  case error_code::not_found:
    return 404;
  default:
    return 503;
  }
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

} // namespace

class inspect_socket::state {
public:
  state(int listening, std::string path, service& below)
      : listening_(listening), path_(std::move(path)), below_(below) {
    for (int at = 0; at < socket_threads; ++at) {
      threads_.emplace_back([this] { serve(); });
    }
  }

  ~state() {
    ending_ = true;
    ::shutdown(listening_, SHUT_RDWR);
    for (auto& one : threads_) {
      one.join();
    }
    ::close(listening_);
    ::unlink(path_.c_str());
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

private:
  void serve() {
    while (!ending_) {
      const int connection = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) {
        if (errno == EINTR || errno == ECONNABORTED || errno == EMFILE) {
          continue;
        }
        return;
      }
      const timeval patience{patience_seconds, 0};
      ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
      try {
        answer(connection);
      } catch (const std::exception& e) {
        spdlog::error("an operator's question failed: {}", e.what());
      }
      ::close(connection);
    }
  }

  static std::optional<beast::request<beast::string_body>> read(int connection) {
    beast::request_parser<beast::string_body> parser;
    parser.eager(true);
    parser.header_limit(largest_head);
    parser.body_limit(largest_head);
    std::string bytes;
    std::array<char, 4096> piece{};
    while (!parser.is_done()) {
      const auto got = ::recv(connection, piece.data(), piece.size(), 0);
      if (got <= 0) {
        return std::nullopt;
      }
      bytes.append(piece.data(), static_cast<std::size_t>(got));
      boost::system::error_code problem;
      bytes.erase(0, parser.put(boost::asio::buffer(bytes), problem));
      if (problem && problem != beast::error::need_more) {
        return std::nullopt;
      }
    }
    return parser.release();
  }

  void answer(int connection) {
    const auto request = read(connection);
    if (!request) {
      return;
    }
    int status = 200;
    const std::string body = answer_to(*request, status);
    send_all(connection, "HTTP/1.1 " + std::to_string(status) +
                             (status == 200 ? " OK" : " Refused") +
                             "\r\nContent-Type: application/json\r\nConnection: close\r\n"
                             "Content-Length: " +
                             std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  reply answer_of(inspect&& asked, bool may_change) {
    asked.who.role = authority::system_administrator;
    asked.may_change = may_change;
    one_answer waiting;
    below_.ask(std::move(asked), reply_handle(reply_address{&waiting, 0, 1}));
    return waiting.wait();
  }

  std::string answer_to(const beast::request<beast::string_body>& request, int& status) {
    std::string_view target(request.target().data(), request.target().size());
    if (!target.starts_with(path_start)) {
      status = 404;
      return R"({"message":"questions are below /api/inspect/"})";
    }
    target.remove_prefix(path_start.size());
    const auto question_mark = target.find('?');
    const auto query = question_mark == std::string_view::npos ? std::string_view()
                                                               : target.substr(question_mark + 1);
    auto asked = read_inspect(target.substr(0, question_mark), query_parameters{query});
    auto told = asked ? answer_of(std::move(*asked), request.method() == beast::verb::post)
                      : reply(std::move(asked.error()));
    if (auto* found = std::get_if<inspected>(&told)) {
      return std::move(found->report.text);
    }
    const auto* why = std::get_if<error>(&told);
    status = why != nullptr ? status_of(*why) : 500;
    const std::string message = why == nullptr         ? "an unexpected answer"
                                : why->message.empty() ? "the node is overloaded or stops"
                                                       : why->message;
    return "{\"message\":" + quoted(message) + "}";
  }

  const int listening_;
  const std::string path_;
  service& below_;
  std::atomic<bool> ending_ = false;
  std::vector<std::thread> threads_;
};

inspect_socket::inspect_socket(std::unique_ptr<state> made) : state_(std::move(made)) {}

inspect_socket::~inspect_socket() = default;

result<std::unique_ptr<inspect_socket>> inspect_socket::open(const std::string& path,
                                                             service& below) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(error_code::invalid, "the path " + path + " is too long for a socket");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // The data folder is ours alone: what is there was left by a process that has ended.
  ::unlink(path.c_str());
  const mode_t others = ::umask(0177);
  const bool bound =
      listening >= 0 &&
      ::bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(listening, waiting_connections) == 0;
  const int problem = errno;
  ::umask(others);
  if (!bound) {
    if (listening >= 0) {
      ::close(listening);
    }
    return fail(error_code::storage_unavailable,
                path + " cannot be listened at: " + std::strerror(problem));
  }
  return std::unique_ptr<inspect_socket>(
      new inspect_socket(std::make_unique<state>(listening, path, below)));
}

} // namespace muster::http
