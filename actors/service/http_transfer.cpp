#include "actors/service/http_transfer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace muster {

namespace {

constexpr long longest_connect_ms = 10'000;
constexpr std::size_t most_header_bytes = 65'536;

std::optional<network_address> address_of(const curl_sockaddr& from) {
  network_address read{};
  if (from.family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &from.addr, sizeof v6);
    std::memcpy(read.data(), &v6.sin6_addr, read.size());
    return read;
  }
  if (from.family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from.addr, sizeof v4);
    read[10] = 0xff;
    read[11] = 0xff;
    std::memcpy(read.data() + 12, &v4.sin_addr, 4);
    return read;
  }
  return std::nullopt;
}

/// The host in the URL without the brackets of an IPv6 address; empty: the URL is none.
std::string host_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), curl_url_cleanup);
  char* host = nullptr;
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parts.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    return {};
  }
  std::string name(host);
  curl_free(host);
  return name.starts_with('[') ? name.substr(1, name.size() - 2) : name;
}

/// With what may not stand in a URL encoded; what is encoded already stays as it is.
std::string encoded(const std::string& url) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view refused = "\"<>\\^`{|}";
  std::string made;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || refused.find(c) != std::string_view::npos) {
      made += '%';
      made += digits[byte >> 4];
      made += digits[byte & 15];
    } else {
      made += c;
    }
  }
  return made;
}

} // namespace

http_transfer::http_transfer(const http_allowed& allowed, std::string key,
                             std::shared_ptr<const left_work> what, work_carrier::report done)
    : allowed_(allowed), key_(std::move(key)), what_(std::move(what)), done_(std::move(done)),
      handle_(curl_easy_init()) {
  prepare();
}

http_transfer::~http_transfer() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
}

void http_transfer::prepare() {
  const std::string url = encoded(work().url);
  host_ = host_of(url);
  const auto set = [this](CURLoption option, auto to) { curl_easy_setopt(handle_, option, to); };
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  // Neither the environment's proxy nor another program's settings.
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(work().timeout));
  set(CURLOPT_CONNECTTIMEOUT_MS, std::min(longest_connect_ms, static_cast<long>(work().timeout)));
  set(CURLOPT_ERRORBUFFER, problem_.data());
  set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  prepare_body();
  for (const auto& [name, text] : work().headers) {
    // A header without a value is written so; with a colon it would be left out.
    headers_ =
        curl_slist_append(headers_, (text.empty() ? name + ";" : name + ": " + text).c_str());
  }
  headers_ = curl_slist_append(headers_, ("Idempotency-Key: " + key_).c_str());
  // Else a long body waits a second for a "100 Continue" that few servers send.
  headers_ = curl_slist_append(headers_, "Expect:");
  set(CURLOPT_HTTPHEADER, headers_);
}

void http_transfer::prepare_body() {
  const auto& body = work().body;
  const auto& method = work().method;
  if (method == "HEAD") {
    curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  } else if (body || method == "POST" || method == "PUT" || method == "PATCH") {
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(body ? body->size() : 0));
    // Not copied: the work outlives the transfer.
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body ? body->data() : "");
  }
  if (!body) {
    headers_ = curl_slist_append(headers_, "Content-Type:");
  }
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, work().method.c_str());
}

std::size_t http_transfer::take_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& me = *static_cast<http_transfer*>(self);
  if (me.answer_.body.size() + size * count > me.work().max_answer_bytes) {
    me.too_large_ = true;
    return 0;
  }
  me.answer_.body.append(data, size * count);
  return size * count;
}

std::size_t http_transfer::take_header(char* data, std::size_t size, std::size_t count,
                                       void* self) {
  auto& me = *static_cast<http_transfer*>(self);
  const std::string_view line(data, size * count);
  me.header_bytes_ += line.size();
  if (me.header_bytes_ > most_header_bytes) {
    me.too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {
    // Those before were of an answer "100 Continue".
    me.answer_.headers.clear();
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    const auto rest = line.substr(colon + 1);
    const auto first = rest.find_first_not_of(" \t\r\n");
    const auto last = rest.find_last_not_of(" \t\r\n");
    me.answer_.headers.emplace_back(line.substr(0, colon),
                                    first == std::string_view::npos
                                        ? std::string_view()
                                        : rest.substr(first, last - first + 1));
  }
  return line.size();
}

curl_socket_t http_transfer::open_socket(void* self, curlsocktype kind, curl_sockaddr* address) {
  auto& me = *static_cast<http_transfer*>(self);
  const auto to = address_of(*address);
  if (kind != CURLSOCKTYPE_IPCXN || !to || !me.allowed_.allows(me.host_, *to)) {
    me.forbidden_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

work_outcome http_transfer::outcome(CURLcode how) const {
  if (how == CURLE_OK) {
    http_answer answer = answer_;
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
  }
  if (too_large_) {
    return work_failed{"the answer is larger than " + std::to_string(work().max_answer_bytes) +
                       " bytes"};
  }
  if (forbidden_) {
    return work_failed{host_ + " may not be called by rule chains (rules.http_allowed)"};
  }
  const char* why = problem_.front() != '\0' ? problem_.data() : curl_easy_strerror(how);
  return work_failed{why};
}

void http_transfer::finish(CURLcode how) {
  done_(outcome(how));
}

} // namespace muster
