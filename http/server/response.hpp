#pragma once

#include "actors/model/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

class body_source;

/// One answer. Plain data, moved to the connection; the server adds the length, `Date`,
/// `Cache-Control: no-store`, `X-Content-Type-Options: nosniff`, `Connection` and CORS.
/// The answer to HEAD is given like the one to GET: the server leaves the body out.
struct response {
  int status = 200;
  /// Text that outlives the process, as `json_type`; empty for none.
  std::string_view content_type;
  /// The body, when it was made for this answer.
  std::string body;
  /// The body, when it outlives the process: sent without a copy. Only when `body` is empty.
  std::string_view static_body;
  /// The body, when it is made piece by piece. Only when both others are empty.
  std::unique_ptr<body_source> source;
  /// How many bytes `source` will make, when that is known: sent as Content-Length instead of in
  /// chunks. A source that makes another number ends the connection.
  std::optional<std::uint64_t> source_length;
  /// Further header lines, each with its CRLF; filled by `header`.
  std::string extra_headers;
  /// End the connection after this answer.
  bool close = false;
  /// Called once on the reactor's thread: true when the socket of a live connection has taken
  /// every byte of the answer, false when the connection ended before.
  std::function<void(bool written)> on_written;

  response();
  explicit response(int code);
  response(int code, std::string_view type, std::string text);
  response(response&&) noexcept;
  response& operator=(response&&) noexcept;
  ~response();

  /// Adds a header line. Control characters in `value` become blanks.
  response& header(std::string_view name, std::string_view value) &;
  response&& header(std::string_view name, std::string_view value) &&;
};

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view text_type = "text/plain;charset=UTF-8";

/// The error JSON of the device API: `{"status":...,"message":...,"errorCode":...,"timestamp":...}`
/// with errorCode by status (32 for 404, 33 for 429, 2 for 5xx, else 31).
[[nodiscard]] response error_response(int status, std::string_view message, timestamp now);

} // namespace muster::http
