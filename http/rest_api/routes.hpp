#pragma once

#include "actors/model/time.hpp"
#include "actors/service/password_worker.hpp"
#include "http/api/router.hpp"
#include "http/limits/guess_throttle.hpp"
#include "http/rest_api/token.hpp"

#include <cstdint>
#include <string>

namespace muster::http::rest {

struct rest_options {
  /// rpc.min_timeout: the least time an RPC waits for, in milliseconds.
  milliseconds rpc_min_timeout = 5'000;
  /// packages.max_size: the longest package, in bytes.
  std::uint64_t max_package = std::uint64_t{2} << 30;
};

/// Of log-ins, by user.
using login_throttle = guess_throttle;

/// What all calls of the application API share. Made before the server is started; destroyed after
/// `server::stop` and before the server, because passwords that are being hashed are answered
/// through its reactors. The clock must outlive it.
class rest_api {
public:
  /// `signing_key`: service::signing_key().
  rest_api(std::string signing_key, const clock_source& clock, const rest_options& options)
      : tokens{std::move(signing_key), clock}, passwords{clock}, settings{options} {}

  token_signer tokens;
  login_throttle throttle;
  password_worker passwords;
  const rest_options settings;
};

/// Adds every route below /api that is the application API's. `api` must outlive every request.
void add_rest_routes(router& to, rest_api& api);

} // namespace muster::http::rest
