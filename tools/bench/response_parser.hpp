#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster::bench {

/// One answer; the views hold until the parser is fed again.
struct response {
  int status = 0;
  /// The header section, status line included.
  std::string_view head;
  std::string_view body;
  /// The server will close the connection after it.
  bool closes = false;
};

/// Reads the answers of one connection that has one request under way at a time: Content-Length,
/// chunked coding, or (with `end_of_stream`) until the end. Not for hostile servers.
class response_parser {
public:
  enum class outcome { incomplete, complete, broken };

  /// Takes more bytes. `complete`: `result` is filled, `reset` must come before the next bytes.
  outcome feed(std::string_view bytes, response& result);

  /// The peer has closed: completes an answer whose length is "until the end".
  outcome end_of_stream(response& result);

  /// Forgets the answer that was complete.
  void reset();

  /// Whether a part of an answer has arrived.
  bool started() const noexcept { return !buffer_.empty(); }

private:
  enum class framing { length, chunked, until_end };

  outcome parse(response& result);
  bool parse_head(std::string_view head);
  bool decode_chunks(bool& whole);
  void fill(response& result, std::string_view body) const;

  std::string buffer_;
  std::string decoded_;
  std::size_t head_length_ = 0;
  std::size_t chunk_at_ = 0;
  std::size_t content_length_ = 0;
  framing framing_ = framing::until_end;
  int status_ = 0;
  bool closes_ = false;
};

} // namespace muster::bench
