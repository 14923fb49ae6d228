#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

/// Reads valid JSON in place, value by value; no thread, no state but the place. What is no valid
/// JSON ends it early, never out of bounds.
class json_reader {
public:
  explicit json_reader(std::string_view text) : text_(text) { skip_blanks(); }

  /// The first character of the value that comes: `{`, `[`, `"`, `t`, `f`, `n`, `-` or a digit;
  /// NUL at the end.
  char kind() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  /// Of the value that comes, in bytes from the text's begin.
  std::size_t place() const noexcept { return at_; }

  /// The text of the value that comes, which is passed.
  std::string_view skip_value();
  /// The string that comes, decoded, which is passed.
  std::string read_string();

  /// Passes the begin of the object or array that comes, then between its items: true when there is
  /// another. `first` is set by the caller before and kept for it.
  ///     for (bool first = true; reader.next_item(first);) { ... read one item ... }
  bool next_item(bool& first);
  /// The name of the member that comes, decoded, and its colon, which are passed.
  std::string read_name();

private:
  void skip_blanks() noexcept;
  void skip_string() noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
};

/// What a JSON string, quotes included, says.
std::string decoded_json_string(std::string_view quoted);

} // namespace muster
