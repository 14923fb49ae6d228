#include "actors/rules/scripts/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace muster {

namespace {

constexpr std::string_view number_characters = "+-.0123456789eE";

void append_utf8(std::string& to, std::uint32_t code) {
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xC0 | code >> 6);
    to += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    to += static_cast<char>(0xE0 | code >> 12);
    to += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    to += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    to += static_cast<char>(0xF0 | code >> 18);
    to += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    to += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    to += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::uint32_t four_digits(std::string_view text, std::size_t at) {
  std::uint32_t code = 0;
  const auto digits = text.substr(std::min(at, text.size()), 4);
  std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  return code;
}

bool is_high_surrogate(std::uint32_t code) {
  return code >= 0xD800 && code < 0xDC00;
}
bool is_low_surrogate(std::uint32_t code) {
  return code >= 0xDC00 && code < 0xE000;
}

/// Appends what the escape `\uXXXX` whose digits begin at `at` says, with that of its second half;
/// returns the place after it. A half alone becomes U+FFFD: UTF-8 has no place for it.
std::size_t append_escaped(std::string& to, std::string_view text, std::size_t at) {
  const auto code = four_digits(text, at);
  if (is_high_surrogate(code) && text.substr(std::min(at + 4, text.size()), 2) == "\\u") {
    const auto low = four_digits(text, at + 6);
    if (is_low_surrogate(low)) {
      append_utf8(to, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
      return at + 10;
    }
  }
  append_utf8(to, is_high_surrogate(code) || is_low_surrogate(code) ? 0xFFFD : code);
  return at + 4;
}

char unescaped(char escape) {
  switch (escape) {
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  default:
    return escape;
  }
}

} // namespace

std::string decoded_json_string(std::string_view quoted) {
  const auto text = quoted.size() < 2 ? std::string_view() : quoted.substr(1, quoted.size() - 2);
  std::string decoded;
  for (std::size_t at = 0; at < text.size();) {
    const auto plain = text.substr(at, text.find('\\', at) - at);
    decoded += plain;
    at += plain.size() + 1;
    if (at < text.size()) {
      if (text[at] == 'u') {
        at = append_escaped(decoded, text, at + 1);
      } else {
        decoded += unescaped(text[at++]);
      }
    }
  }
  return decoded;
}

void json_reader::skip_blanks() noexcept {
  at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
}

void json_reader::skip_string() noexcept {
  for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    at_ += text_[at_] == '\\' ? 1 : 0;
  }
  at_ = std::min(at_ + 1, text_.size());
}

std::string_view json_reader::skip_value() {
  const auto begin = at_;
  std::size_t depth = 0;
  do {
    const char next = kind();
    if (next == '"') {
      skip_string();
    } else if (number_characters.find(next) != std::string_view::npos) {
      at_ = std::min(text_.find_first_not_of(number_characters, at_), text_.size());
    } else {
      depth += next == '{' || next == '[' ? 1 : 0;
      depth -= (next == '}' || next == ']') && depth > 0 ? 1 : 0;
      at_ += next == 't' || next == 'n' ? 4 : next == 'f' ? 5 : 1;
      at_ = std::min(at_, text_.size());
    }
  } while (depth > 0 && at_ < text_.size());
  const auto value = text_.substr(begin, at_ - begin);
  skip_blanks();
  return value;
}

std::string json_reader::read_string() {
  return decoded_json_string(skip_value());
}

bool json_reader::next_item(bool& first) {
  const char next = kind();
  if (next == '\0') {
    return false;
  }
  // The bracket before the first item, the comma or the bracket after any other.
  ++at_;
  skip_blanks();
  if (!first) {
    return next == ',';
  }
  first = false;
  if (kind() == '}' || kind() == ']') {
    ++at_;
    skip_blanks();
    return false;
  }
  return true;
}

std::string json_reader::read_name() {
  auto name = read_string();
  at_ = std::min(at_ + 1, text_.size());
  skip_blanks();
  return name;
}

} // namespace muster
