#pragma once

#include "actors/model/value.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster::persistence::postgres {

// How json_values.cpp writes JSON, and reads what was so written; nothing else is read.

/// Begins a JSON value that could be taken for something else.
inline constexpr std::string_view json_wrapper = "{\"$json\":";

/// Where the object or array at the start of `text` ends; npos: nowhere. Only brackets and quotes
/// are looked at: the texts were written by us.
inline std::size_t end_of_nested(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      i += c == '\\' ? 1 : 0;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0 || --depth == 0) {
        return depth == 0 && i > 0 ? i + 1 : std::string_view::npos;
      }
    }
  }
  return std::string_view::npos;
}

/// Appends to one text.
class json_writer {
public:
  void raw(std::string_view text) { out_.append(text); }
  void raw(char c) { out_.push_back(c); }

  template <class Number>
  void number(Number n) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), n).ptr;
    out_.append(digits.data(), end);
  }

  void text(std::string_view t) {
    constexpr std::string_view digits = "0123456789abcdef";
    out_.push_back('"');
    for (const char c : t) {
      const auto byte = static_cast<std::uint8_t>(c);
      if (c == '"' || c == '\\') {
        out_.append({'\\', c});
      } else if (byte < 0x20) {
        out_.append("\\u00").append({digits[byte >> 4], digits[byte & 15]});
      } else {
        out_.push_back(c);
      }
    }
    out_.push_back('"');
  }

  void val(const value& v) { std::visit(*this, v); }

  void operator()(bool b) { raw(b ? "true" : "false"); }
  void operator()(std::int64_t n) { number(n); }
  void operator()(double d) {
    const std::size_t start = out_.size();
    number(d);
    if (out_.find_first_of(".en", start) == std::string::npos) {
      out_.append(".0");
    }
  }
  void operator()(const std::string& t) { text(t); }
  void operator()(const json_text& json) {
    const std::string_view t = json.text;
    const bool nested = t.starts_with('{') || t.starts_with('[');
    if (nested && end_of_nested(t) == t.size() && !t.starts_with(json_wrapper)) {
      raw(t);
    } else {
      raw(json_wrapper);
      text(t);
      raw('}');
    }
  }

  std::string take() { return std::move(out_); }

private:
  std::string out_;
};

/// Reads what json_writer wrote; the first thing that is not so fails all.
class json_reader {
public:
  explicit json_reader(std::string_view text) : rest_(text) {}

  bool failed() const noexcept { return failed_; }
  bool at_end() const noexcept { return rest_.empty(); }

  bool skip(char c) {
    if (!rest_.starts_with(c)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  void need(char c) { failed_ = failed_ || !skip(c); }

  template <class Number>
  Number number() {
    Number n{};
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), n);
    failed_ = failed_ || problem != std::errc();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return n;
  }

  std::string text() {
    std::string out;
    need('"');
    while (!failed_) {
      const std::size_t next = rest_.find_first_of("\"\\");
      if (next == std::string_view::npos) {
        failed_ = true;
        break;
      }
      out.append(rest_.substr(0, next));
      const bool ends = rest_[next] == '"';
      rest_.remove_prefix(next + 1);
      if (ends) {
        break;
      }
      out.push_back(escaped());
    }
    return out;
  }

  value val() {
    if (rest_.starts_with('"')) {
      return text();
    }
    if (rest_.starts_with("true")) {
      rest_.remove_prefix(4);
      return true;
    }
    if (rest_.starts_with("false")) {
      rest_.remove_prefix(5);
      return false;
    }
    if (rest_.starts_with('{') || rest_.starts_with('[')) {
      return json();
    }
    const auto token = rest_.substr(0, rest_.find_first_of(",]}"));
    if (token.find_first_of(".en") != std::string_view::npos) {
      return number<double>();
    }
    return number<std::int64_t>();
  }

private:
  char escaped() {
    if (rest_.starts_with("u00") && rest_.size() >= 5) {
      unsigned byte = 0;
      const auto read = std::from_chars(rest_.data() + 3, rest_.data() + 5, byte, 16);
      failed_ = failed_ || read.ec != std::errc();
      rest_.remove_prefix(5);
      return static_cast<char>(byte);
    }
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\\')) {
      failed_ = true;
      return 0;
    }
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  json_text json() {
    if (rest_.starts_with(json_wrapper)) {
      rest_.remove_prefix(json_wrapper.size());
      json_text wrapped{text()};
      need('}');
      return wrapped;
    }
    const std::size_t end = end_of_nested(rest_);
    if (end == std::string_view::npos) {
      failed_ = true;
      return {};
    }
    json_text found{std::string(rest_.substr(0, end))};
    rest_.remove_prefix(end);
    return found;
  }

  std::string_view rest_;
  bool failed_ = false;
};

} // namespace muster::persistence::postgres
