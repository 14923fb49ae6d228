#pragma once

#include "actors/model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

/// What the head of one part of a form says.
struct form_part {
  std::string name;
  std::optional<std::string> file_name;
  /// Empty: not given.
  std::string content_type;
};

/// Takes the parts of a form as they come in. An error it returns ends the reading.
class form_listener {
public:
  virtual result<void> on_part(form_part head) = 0;
  /// Bytes of the part; views, valid during the call.
  virtual result<void> on_bytes(std::string_view bytes) = 0;
  virtual result<void> on_part_end() = 0;

protected:
  ~form_listener() = default;
};

/// Reads a `multipart/form-data` body (RFC 7578) however it is cut into pieces, keeping no more of
/// it than the head of one part. Pure; one thread.
class multipart_reader {
public:
  static constexpr std::size_t most_parts = 16;
  static constexpr std::size_t most_head_bytes = 8 * 1024;

  multipart_reader(std::string_view boundary, form_listener& listener)
      : delimiter_{"\r\n--" + std::string{boundary}}, listener_{listener} {}

  /// malformed for what is no such body, else the listener's error; nothing may follow one.
  result<void> read(std::string_view bytes);
  /// Whether the closing boundary has been read.
  [[nodiscard]] bool complete() const { return state_ == state::done; }

private:
  enum class state : std::uint8_t { preamble, head, body, done };
  /// What stands behind a boundary's text.
  struct line_end {
    enum class kind : std::uint8_t { more, part, last, none };
    kind what;
    /// Bytes up to the next part's head.
    std::size_t size;
  };

  /// How many bytes of `rest` are used up; none: more must come first.
  result<std::size_t> step(std::string_view rest);
  result<std::size_t> read_head(std::string_view rest);
  result<std::size_t> read_body(std::string_view rest);
  result<void> pass(std::string_view bytes);
  result<void> begin_part(std::string_view head);
  result<void> end_part(line_end::kind what);
  static line_end behind_boundary(std::string_view rest);

  std::string delimiter_;
  form_listener& listener_;
  state state_ = state::preamble;
  // The first boundary is found like the others, by the line break before it.
  std::string waiting_ = "\r\n";
  std::size_t parts_ = 0;
  std::size_t skipped_ = 0;
};

/// The boundary of a `multipart/form-data` Content-Type; nullopt for any other, or a bad one.
[[nodiscard]] std::optional<std::string> boundary_of(std::string_view content_type);

} // namespace muster::http::rest
