#pragma once

#include "http/server/exchange.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

inline constexpr std::size_t max_request_line = 8 * 1024;
inline constexpr std::size_t max_header_bytes = 32 * 1024;
inline constexpr std::size_t max_header_fields = 200;

/// What is wrong with the bytes of a request; the connection ends after the answer.
struct request_fault {
  int status;
  std::string_view message;
};

/// One request as it comes in: Boost.Beast's parser, the rules it leaves to us, and what they
/// found. No socket, no time: bytes in, facts out. Reused by one connection after the other; one
/// thread.
///
/// The head may lie in bytes of the caller (no copy while a request is whole in one read) until
/// `keep` copies it; so may the first piece of the body.
class request {
public:
  enum class progress : std::uint8_t { more, head_done, whole, failed };

  request();
  ~request();
  request(const request&) = delete;
  request& operator=(const request&) = delete;

  /// Forgets everything, for the next request.
  void reset();
  /// Reads on. Before the head is done `bytes` start where the request starts, each time;
  /// afterwards at the first byte not consumed. Stops after the head, and after the body's last
  /// byte.
  progress read(std::string_view bytes);
  /// How many of the bytes given to the last `read` are used up; while the head is not done, none.
  [[nodiscard]] std::size_t consumed() const { return consumed_; }
  [[nodiscard]] request_fault fault() const { return *fault_; }
  /// Makes head and body independent of the caller's bytes.
  void keep();

  /// Bounds the decoded bytes of the body; more is a 413. Between head and body.
  void limit_body(std::uint64_t bytes);
  /// Drops the body's bytes from now on; `body_size` still counts them.
  void drop_body();
  /// Room for the whole body at once.
  void reserve_body(std::size_t bytes) { body_.reserve(bytes); }

  [[nodiscard]] http::method method() const { return method_; }
  [[nodiscard]] std::string_view method_text() const { return view(method_text_); }
  [[nodiscard]] std::string_view target() const { return view(target_); }
  [[nodiscard]] std::string_view path() const { return view(path_); }
  [[nodiscard]] std::string_view query() const { return view(query_); }
  [[nodiscard]] int version() const { return version_; }
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool chunked() const;
  [[nodiscard]] std::optional<std::uint64_t> content_length() const { return content_length_; }
  /// Whether the client waits for `100 Continue`; `expects_other`: for something we don't know.
  [[nodiscard]] bool expects_continue() const { return expects_continue_ && version_ >= 11; }
  [[nodiscard]] bool expects_other() const { return expects_other_; }
  [[nodiscard]] bool content_encoded() const { return content_encoded_; }
  [[nodiscard]] bool has_origin() const { return has_origin_; }
  [[nodiscard]] bool whole() const;

  [[nodiscard]] std::string_view body() const { return loose_.empty() ? body_ : loose_; }
  [[nodiscard]] std::string take_body();
  /// Decoded bytes of the body so far, dropped ones too.
  [[nodiscard]] std::uint64_t body_size() const { return body_size_; }

private:
  class parser;
  /// A piece of the head by place, so that the head may move. A head is below 64 KiB.
  struct piece {
    std::uint16_t at = 0;
    std::uint16_t length = 0;
  };
  struct field {
    piece name;
    piece value;
  };

  [[nodiscard]] std::string_view view(piece which) const {
    return {head_ + which.at, which.length};
  }
  [[nodiscard]] piece place(std::string_view text) const;
  progress fail(int status, std::string_view message);
  void refuse(int status, std::string_view message);
  progress read_head(std::string_view bytes);
  progress read_body(std::string_view bytes);
  progress head_is_in();
  void on_line(std::string_view verb, std::string_view target, int version);
  void on_field(std::string_view name, std::string_view value);
  void on_host(std::string_view value);
  void on_transfer_encoding(std::string_view value);
  void on_trailer(std::size_t bytes);
  void on_body(std::string_view bytes);
  void split_target(std::string_view target);

  std::unique_ptr<parser> parser_;
  const char* head_ = nullptr;
  std::size_t head_size_ = 0;
  std::size_t line_size_ = 0;
  std::size_t parsed_ = 0;
  std::size_t consumed_ = 0;
  std::string kept_head_;
  std::vector<field> fields_;
  piece method_text_;
  piece target_;
  piece path_;
  piece query_;
  std::optional<std::uint64_t> content_length_;
  std::optional<request_fault> fault_;
  std::string body_;
  std::string_view loose_;
  std::uint64_t body_size_ = 0;
  std::size_t trailer_bytes_ = 0;
  int version_ = 0;
  int hosts_ = 0;
  http::method method_ = http::method::other;
  bool head_done_ = false;
  bool dropping_ = false;
  bool expects_continue_ = false;
  bool expects_other_ = false;
  bool content_encoded_ = false;
  bool has_origin_ = false;
};

} // namespace muster::http
