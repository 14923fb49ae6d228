#pragma once

#include "tools/import/http_client.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <mutex>
#include <string>

namespace muster::import {

/// Whom to log in as.
struct login {
  std::string user;
  std::string password;
};

/// A login that all threads share: a token that is over is replaced once, not by each of them.
class session {
public:
  session(server_address where, login who) : where_{std::move(where)}, who_{std::move(who)} {}

  [[nodiscard]] const server_address& where() const { return where_; }

  /// A token other than `old` (empty at first). Errors: unauthorized for a wrong password.
  result<std::string> token(const std::string& old);

private:
  const server_address where_;
  const login who_;
  std::mutex mutex_;
  std::string token_;
};

/// The application API of a ThingsBoard or a Muster, over one connection of one thread. What a
/// server answers when it is busy (429, 502 to 504) or gone is tried again with growing pauses;
/// when that does not help, or `stopping` is set, the error is storage_unavailable and the run
/// should end. Every other refusal keeps the server's words: not_found, already_exists for a taken
/// name or token, else invalid.
class api {
public:
  api(session& who, const std::atomic<bool>& stopping)
      : session_{who}, stopping_{stopping}, client_{who.where()} {}

  result<nlohmann::json> get(const std::string& path);
  /// The answer's JSON, null for an empty one.
  result<nlohmann::json> post(const std::string& path, const nlohmann::json& body);
  /// To the device API, which wants no login.
  result<nlohmann::json> post_as_device(const std::string& path, const nlohmann::json& body);

private:
  result<nlohmann::json> call(std::string_view method, const std::string& path,
                              const std::string& body, bool logged_in);
  result<http_answer> attempt(std::string_view method, const std::string& path,
                              const std::string& body, bool logged_in);

  session& session_;
  const std::atomic<bool>& stopping_;
  http_client client_;
  std::string token_;
};

} // namespace muster::import
