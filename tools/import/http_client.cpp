#include "tools/import/http_client.hpp"

#include <curl/curl.h>

#include <mutex>

namespace muster::import {

namespace {

constexpr long connect_timeout_ms = 10'000;
constexpr long request_timeout_ms = 120'000;
/// No answer of the API is larger; more is not kept.
constexpr std::size_t largest_answer = std::size_t{64} << 20;

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > largest_answer) {
    return 0;
  }
  body.append(bytes, size * count);
  return size * count;
}

struct free_list {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

} // namespace

struct http_client::handle {
  handle() : easy(curl_easy_init()) {}
  ~handle() { curl_easy_cleanup(easy); }
  handle(const handle&) = delete;
  handle& operator=(const handle&) = delete;

  CURL* easy;
};

http_client::http_client(server_address where) : where_{std::move(where)} {
  // Once for the process, before the first handle; libcurl's global state is never given back.
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_ = std::make_unique<handle>();
}

http_client::~http_client() = default;

result<http_answer> http_client::request(std::string_view method, const std::string& path,
                                         const std::string& body,
                                         const std::vector<std::string>& headers) {
  CURL* easy = handle_->easy;
  if (easy == nullptr) {
    return fail(error_code::internal, "libcurl gave no handle");
  }
  // Options go, the open connection stays.
  curl_easy_reset(easy);
  std::unique_ptr<curl_slist, free_list> list;
  const auto add_header = [&list](const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  };
  for (const auto& line : headers) {
    add_header(line);
  }
  http_answer answer;
  const std::string url = where_.url + path;
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, request_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
  if (method != "GET") {
    add_header("Content-Type: application/json");
    // No question whether the body is wanted: it is small.
    add_header("Expect:");
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
    const std::string verb(method);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, verb.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list.get());
  if (!where_.authorities.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, where_.authorities.c_str());
  }
  if (!where_.socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, where_.socket.c_str());
  }
  if (where_.insecure) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (const CURLcode code = curl_easy_perform(easy); code != CURLE_OK) {
    return fail(error_code::storage_unavailable,
                where_.url + ": " + std::string(curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char one : text) {
    const auto byte = static_cast<unsigned char>(one);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '_' || byte == '.' ||
                       byte == '~';
    if (plain) {
      out += one;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

} // namespace muster::import
