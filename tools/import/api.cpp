#include "tools/import/api.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace muster::import {

namespace {

using nlohmann::json;

constexpr int attempts = 8;
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{5'000};

bool busy(int status) {
  return status == 429 || (status >= 502 && status <= 504);
}

/// What the server says in the error JSON, or in plain text.
std::string words_of(const http_answer& answer) {
  const json body = json::parse(answer.body, nullptr, false);
  std::string words = answer.body;
  if (body.is_object() && body.value("message", json{}).is_string()) {
    words = body["message"].get<std::string>();
  } else if (body.is_string()) {
    words = body.get<std::string>();
  }
  constexpr std::size_t enough = 300;
  if (words.empty()) {
    return "status " + std::to_string(answer.status);
  }
  return words.substr(0, enough);
}

error refusal(const http_answer& answer) {
  std::string words = words_of(answer);
  if (answer.status == 404) {
    return {error_code::not_found, std::move(words)};
  }
  if (answer.status == 401) {
    return {error_code::unauthorized, std::move(words)};
  }
  const bool taken = words.find("already") != std::string::npos;
  return {taken ? error_code::already_exists : error_code::invalid, std::move(words)};
}

} // namespace

result<std::string> session::token(const std::string& old) {
  const std::lock_guard lock{mutex_};
  if (!token_.empty() && token_ != old) {
    return token_;
  }
  http_client client{where_};
  const json body{{"username", who_.user}, {"password", who_.password}};
  const auto answer = client.request("POST", "/api/auth/login", body.dump(), {});
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  if (busy(answer->status)) {
    return fail(error_code::storage_unavailable, words_of(*answer));
  }
  const json tokens = json::parse(answer->body, nullptr, false);
  if (answer->status != 200 || !tokens.is_object() || !tokens.value("token", json{}).is_string()) {
    return fail(error_code::unauthorized,
                where_.url + " refuses the login of " + who_.user + ": " + words_of(*answer));
  }
  token_ = tokens["token"].get<std::string>();
  return token_;
}

result<http_answer> api::attempt(std::string_view method, const std::string& path,
                                 const std::string& body, bool logged_in) {
  if (!logged_in) {
    return client_.request(method, path, body, {});
  }
  for (bool fresh = false;; fresh = true) {
    if (token_.empty() || fresh) {
      auto token = session_.token(token_);
      if (!token) {
        return tl::unexpected(token.error());
      }
      token_ = std::move(*token);
    }
    auto answer = client_.request(method, path, body, {"X-Authorization: Bearer " + token_});
    if (fresh || !answer || answer->status != 401) {
      return answer;
    }
  }
}

result<json> api::call(std::string_view method, const std::string& path, const std::string& body,
                       bool logged_in) {
  error last{error_code::storage_unavailable, "the import is stopping"};
  auto pause = first_pause;
  for (int tried = 0; tried < attempts && !stopping_; ++tried) {
    if (tried > 0) {
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, longest_pause);
    }
    const auto answer = attempt(method, path, body, logged_in);
    if (!answer) {
      if (answer.error().code != error_code::storage_unavailable) {
        return tl::unexpected(answer.error());
      }
      last = answer.error();
    } else if (busy(answer->status)) {
      last.message = words_of(*answer);
    } else if (answer->status != 200) {
      return tl::unexpected(refusal(*answer));
    } else if (answer->body.empty()) {
      return json{};
    } else {
      json read = json::parse(answer->body, nullptr, false);
      if (read.is_discarded()) {
        return fail(error_code::malformed, path + " is answered with something that is not JSON");
      }
      return read;
    }
  }
  return tl::unexpected(std::move(last));
}

result<json> api::get(const std::string& path) {
  return call("GET", path, {}, true);
}

result<json> api::post(const std::string& path, const json& body) {
  return call("POST", path, body.is_null() ? std::string() : body.dump(), true);
}

result<json> api::post_as_device(const std::string& path, const json& body) {
  return call("POST", path, body.dump(), false);
}

} // namespace muster::import
