#pragma once

#include "actors/model/time.hpp"
#include "http/server/response.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

/// What the head of an answer depends on besides the answer.
struct head_facts {
  /// 10 or 11, of the request.
  int version = 11;
  bool close = false;
  /// A body made piece by piece is sent in chunks.
  bool chunked = false;
  /// The request's Origin, when CORS headers are due; else empty.
  std::string_view origin;
};

/// Renders heads of answers. Keeps the lines that are the same for a second; one per reactor.
class head_writer {
public:
  /// Appends the head with the blank line. `length` is the body's, absent for a streamed one.
  void write(std::string& out, const response& answer, const head_facts& facts,
             std::optional<std::uint64_t> length, timestamp now);

private:
  timestamp second_ = -1;
  std::string common_;
};

} // namespace muster::http
