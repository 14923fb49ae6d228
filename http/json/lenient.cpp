#include "http/json/lenient.hpp"

#include "http/json/number.hpp"
#include "http/json/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace muster::http::json {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view guard_prefix = ")]}'\n";

/// Whether a character may stand in unquoted text.
constexpr bool is_literal(char c) noexcept {
  return std::string_view{"/\\;#={}[]:, \t\f\r\n"}.find(c) == std::string_view::npos;
}

bool equals_any_case(std::string_view text, std::string_view lower) noexcept {
  return std::ranges::equal(
      text, lower, {}, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

/// One reading of one text: a recursive descent, at most `deepest` deep.
class reader {
public:
  reader(std::string_view text, events& to, std::size_t deepest)
      : text_{text}, to_{to}, deepest_{deepest} {}

  bool document() {
    if (text_.starts_with(byte_order_mark)) {
      at_ = byte_order_mark.size();
    }
    if (!skip_blanks()) {
      return false;
    }
    if (text_.substr(at_).starts_with(guard_prefix)) {
      at_ += guard_prefix.size();
      if (!skip_blanks()) {
        return false;
      }
    }
    if (ended()) {
      return to_.null();
    }
    if (!value()) {
      return false;
    }
    return skip_blanks() && (ended() || syntax("Text after the end of the document"));
  }

private:
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  /// The character here; 0 at the end. A NUL in the text is a literal, told apart by `ended`.
  [[nodiscard]] char here() const { return ended() ? '\0' : text_[at_]; }

  bool syntax(std::string_view what) {
    const auto before = text_.substr(0, at_);
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto line_start = before.rfind('\n');
    const auto column =
        before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1;
    to_.error = muster::error{error_code::malformed, std::string{what} + " at line " +
                                                         std::to_string(line) + " column " +
                                                         std::to_string(column)};
    return false;
  }

  void skip_line() {
    while (!ended() && text_[at_] != '\n' && text_[at_] != '\r') {
      ++at_;
    }
  }

  /// White space and comments.
  bool skip_blanks() {
    for (; !ended(); ++at_) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        continue;
      }
      const std::string_view rest = text_.substr(at_);
      if (c == '#' || rest.starts_with("//")) {
        skip_line();
        if (ended()) {
          return true;
        }
      } else if (rest.starts_with("/*")) {
        const auto end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
          return syntax("Unterminated comment");
        }
        at_ = end + 1;
      } else {
        return true;
      }
    }
    return true;
  }

  bool value() {
    switch (here()) {
    case '{':
      return nested(&reader::object);
    case '[':
      return nested(&reader::array);
    case '"':
    case '\'':
      return quoted() && to_.string(scratch_);
    default:
      return literal();
    }
  }

  bool nested(bool (reader::*read)()) {
    if (++depth_ > deepest_) {
      return syntax("Nesting deeper than " + std::to_string(deepest_));
    }
    ++at_;
    const bool good = (this->*read)();
    --depth_;
    return good;
  }

  bool object() {
    if (!to_.begin_object() || !skip_blanks()) {
      return false;
    }
    if (here() == '}') {
      ++at_;
      return to_.end_object();
    }
    while (true) {
      if (!member() || !skip_blanks()) {
        return false;
      }
      const char c = here();
      if (c != '}' && c != ',' && c != ';') {
        return syntax("Unterminated object");
      }
      ++at_;
      if (c == '}') {
        return to_.end_object();
      }
      if (!skip_blanks()) {
        return false;
      }
    }
  }

  bool member() {
    if (here() == '"' || here() == '\'') {
      if (!quoted()) {
        return false;
      }
    } else if (ended() || !is_literal(here())) {
      return syntax("Expected name");
    } else {
      scratch_ = unquoted();
    }
    if (!to_.name(scratch_) || !skip_blanks()) {
      return false;
    }
    if (here() != ':' && here() != '=') {
      return syntax("Expected ':'");
    }
    ++at_;
    if (text_[at_ - 1] == '=' && here() == '>') {
      ++at_;
    }
    return skip_blanks() && value();
  }

  bool array() {
    if (!to_.begin_array() || !skip_blanks()) {
      return false;
    }
    if (here() == ']') {
      ++at_;
      return to_.end_array();
    }
    while (true) {
      // Nothing between two separators is a null.
      const char first = here();
      const bool missing = first == ',' || first == ';' || first == ']';
      if (!(missing ? to_.null() : value()) || !skip_blanks()) {
        return false;
      }
      const char c = here();
      if (c != ']' && c != ',' && c != ';') {
        return syntax("Unterminated array");
      }
      ++at_;
      if (c == ']') {
        return to_.end_array();
      }
      if (!skip_blanks()) {
        return false;
      }
    }
  }

  std::string_view unquoted() {
    const auto start = at_;
    while (!ended() && is_literal(text_[at_])) {
      ++at_;
    }
    return text_.substr(start, at_ - start);
  }

  bool literal() {
    if (ended() || !is_literal(here())) {
      return syntax("Expected value");
    }
    const std::string_view word = unquoted();
    if (equals_any_case(word, "true") || equals_any_case(word, "false")) {
      return to_.boolean(word.size() == 4);
    }
    if (equals_any_case(word, "null")) {
      return to_.null();
    }
    if (!is_json_number(word)) {
      return to_.string(word);
    }
    std::int64_t whole = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), whole);
    const bool fits = read.ec == std::errc{} && read.ptr == word.data() + word.size();
    return fits ? to_.integer(whole) : to_.number(word);
  }

  /// Reads a quoted text into `scratch_`.
  bool quoted() {
    const char quote = text_[at_++];
    scratch_.clear();
    while (!ended()) {
      const char c = text_[at_++];
      if (c == quote) {
        return true;
      }
      if (c != '\\') {
        scratch_.push_back(c);
      } else if (!escape()) {
        return false;
      }
    }
    return syntax("Unterminated string");
  }

  bool escape() {
    if (ended()) {
      return syntax("Unterminated escape sequence");
    }
    const char c = text_[at_++];
    static constexpr std::string_view letters = "tbnrf";
    static constexpr std::string_view controls = "\t\b\n\r\f";
    if (c == 'u') {
      return unicode_escape();
    }
    if (const auto index = letters.find(c); index != std::string_view::npos) {
      scratch_.push_back(controls[index]);
      return true;
    }
    if (std::string_view{"\n'\"\\/"}.find(c) != std::string_view::npos) {
      scratch_.push_back(c);
      return true;
    }
    --at_;
    return syntax("Invalid escape sequence");
  }

  /// The four digits here; nullopt when they are not there.
  std::optional<char32_t> four_digits() {
    const std::string_view digits = text_.substr(at_, 4);
    std::uint32_t unit = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() < 4 || read.ec != std::errc{} || read.ptr != digits.data() + 4) {
      return std::nullopt;
    }
    at_ += 4;
    return unit;
  }

  bool unicode_escape() {
    const auto unit = four_digits();
    if (!unit) {
      return syntax("Malformed Unicode escape");
    }
    char32_t point = *unit;
    if (point >= 0xD800 && point <= 0xDBFF && text_.substr(at_).starts_with("\\u")) {
      const auto start = at_;
      at_ += 2;
      const auto low = four_digits();
      if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
        point = 0x10000 + ((point - 0xD800) << 10) + (*low - 0xDC00);
      } else {
        at_ = start;
      }
    }
    // Half of a pair has no form in UTF-8; Java writes it as a question mark.
    append_utf8(scratch_, point >= 0xD800 && point <= 0xDFFF ? U'?' : point);
    return true;
  }

  std::string_view text_;
  events& to_;
  std::size_t deepest_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::string scratch_;
};

} // namespace

bool parse_lenient(std::string_view text, events& to, std::size_t deepest) {
  if (const auto at = find_invalid_utf8(text); at != std::string_view::npos) {
    to.error = muster::error{error_code::malformed, "Invalid UTF-8 at byte " + std::to_string(at)};
    return false;
  }
  return reader{text, to, deepest}.document();
}

} // namespace muster::http::json
