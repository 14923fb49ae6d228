#include "http/json/number.hpp"

#include "http/json/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace muster::http::json {

namespace {

constexpr std::int64_t most_decimals = 16;
constexpr std::int64_t most_plain_digits = 1000;
/// No text is long enough for an exponent of this size to come back into range.
constexpr std::int64_t exponent_bound = std::int64_t{1} << 60;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// A decimal number: digits × 10^-scale.
struct decimal {
  bool negative = false;
  /// Without leading zeros; empty for zero.
  std::string digits;
  std::int64_t scale = 0;
  bool has_point = false;
  bool has_exponent = false;

  [[nodiscard]] bool zero() const { return digits.empty(); }
  [[nodiscard]] std::int64_t trailing_zeros() const {
    const auto last = digits.find_last_not_of('0');
    return static_cast<std::int64_t>(digits.size() - 1 - last);
  }
  [[nodiscard]] bool whole() const { return zero() || scale - trailing_zeros() <= 0; }
};

std::int64_t read_exponent(std::string_view text) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  std::int64_t exponent = 0;
  for (char c : text) {
    exponent = std::min(exponent * 10 + (c - '0'), exponent_bound / 10);
  }
  return negative ? -exponent : exponent;
}

decimal read_decimal(std::string_view text) {
  decimal number;
  number.negative = text.starts_with('-');
  if (number.negative) {
    text.remove_prefix(1);
  }
  const auto exponent_at = text.find_first_of("eE");
  if (exponent_at != std::string_view::npos) {
    number.has_exponent = true;
    number.scale = -read_exponent(text.substr(exponent_at + 1));
    text = text.substr(0, exponent_at);
  }
  for (char c : text) {
    if (c == '.') {
      number.has_point = true;
      continue;
    }
    number.scale += number.has_point ? 1 : 0;
    if (c != '0' || !number.digits.empty()) {
      number.digits.push_back(c);
    }
  }
  return number;
}

/// How many digits `plain` would write.
std::int64_t plain_size(const decimal& number) noexcept {
  const auto size = std::max<std::int64_t>(1, static_cast<std::int64_t>(number.digits.size()));
  if (number.scale <= 0) {
    return number.zero() ? 1 : size - number.scale;
  }
  return std::max(size, number.scale + 1);
}

std::string plain(const decimal& number) {
  std::string text = number.zero() ? "0" : number.digits;
  if (number.scale <= 0) {
    if (!number.zero()) {
      text.append(static_cast<std::size_t>(-number.scale), '0');
    }
  } else {
    const auto decimals = static_cast<std::size_t>(number.scale);
    if (text.size() <= decimals) {
      text.insert(0, decimals + 1 - text.size(), '0');
    }
    text.insert(text.size() - decimals, 1, '.');
  }
  return number.negative && !number.zero() ? "-" + text : text;
}

/// A whole number as 64 bits; `number.whole()` must hold, or it is cut.
std::optional<std::int64_t> to_integer(const decimal& number) {
  if (number.zero()) {
    return 0;
  }
  const auto size = static_cast<std::int64_t>(number.digits.size()) - number.scale;
  if (size <= 0) {
    return 0;
  }
  if (size > 19) {
    return std::nullopt;
  }
  std::string text = number.digits.substr(0, static_cast<std::size_t>(size));
  text.append(static_cast<std::size_t>(size) - text.size(), '0');
  if (number.negative) {
    text.insert(0, 1, '-');
  }
  std::int64_t whole = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), whole);
  return read.ec == std::errc{} ? std::optional{whole} : std::nullopt;
}

result<value> to_string_value(const decimal& number, bool as_string) {
  const auto size = plain_size(number);
  if (size > most_plain_digits) {
    return fail(error_code::malformed, "Number of more than 1000 digits");
  }
  if (!as_string) {
    return fail(error_code::malformed, "Big integer values are not supported");
  }
  return value{plain(number)};
}

/// The usual `12.5`: at most 15 significant digits, read exactly by one division.
std::optional<double> read_short(std::string_view text) noexcept {
  static constexpr std::array<double, 16> powers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (text.size() > 16) {
    return std::nullopt;
  }
  const bool negative = text.starts_with('-');
  std::int64_t whole = 0;
  std::size_t decimals = 0;
  bool point = false;
  for (char c : text.substr(negative ? 1 : 0)) {
    if (is_digit(c)) {
      whole = whole * 10 + (c - '0');
      decimals += point ? 1 : 0;
    } else if (c == '.') {
      point = true;
    } else {
      return std::nullopt;
    }
  }
  if (!point || decimals > 15) {
    return std::nullopt;
  }
  const double number = static_cast<double>(whole) / powers[decimals];
  return negative && whole != 0 ? -number : number;
}

/// The zeros of all scripts' decimal digits in the basic plane, but ASCII's.
constexpr std::array<char32_t, 36> script_zeros{
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

/// The digit's value, or -1.
int digit_of(char32_t c) noexcept {
  if (c < 0x80) {
    return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
  }
  for (char32_t zero : script_zeros) {
    if (c >= zero && c <= zero + 9) {
      return static_cast<int>(c - zero);
    }
  }
  return -1;
}

/// The string in ASCII digits when it looks like a number.
std::optional<std::string> parsable(std::string_view text) {
  std::string number;
  if (text.starts_with('-')) {
    number.push_back('-');
    text.remove_prefix(1);
  }
  if (text.empty() || text.ends_with('.')) {
    return std::nullopt;
  }
  bool point = false;
  while (!text.empty()) {
    const auto next = first_code_point(text);
    const int digit = next ? digit_of(next->value) : -1;
    if (digit >= 0) {
      number.push_back(static_cast<char>('0' + digit));
    } else if (next && next->value == '.' && !point) {
      point = true;
      number.push_back('.');
    } else {
      return std::nullopt;
    }
    text.remove_prefix(next->length);
  }
  return number;
}

} // namespace

result<value> number_value(std::string_view text, bool as_string) {
  if (const auto short_number = read_short(text)) {
    return value{*short_number};
  }
  const decimal number = read_decimal(text);
  const bool plain_double = number.has_point && !number.has_exponent;
  if (number.whole() && !plain_double) {
    if (const auto whole = to_integer(number)) {
      return value{*whole};
    }
    return to_string_value(number, as_string);
  }
  if (number.scale > most_decimals) {
    return to_string_value(number, as_string);
  }
  double real = 0;
  if (!number.zero()) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), real);
    if (read.ec != std::errc{} || !std::isfinite(real)) {
      return to_string_value(number, as_string);
    }
  }
  return value{real};
}

value cast_string(std::string_view text) {
  const char first = text.empty() ? 'x' : text[0];
  const bool may_be_number =
      is_digit(first) || first == '-' || first == '.' || static_cast<unsigned char>(first) >= 0x80;
  if (may_be_number) {
    if (const auto number = parsable(text)) {
      if (auto cast = number_value(*number, true)) {
        return *std::move(cast);
      }
    }
  }
  return value{std::string{text}};
}

std::optional<std::int64_t> truncated(std::string_view number) noexcept {
  return to_integer(read_decimal(number));
}

bool is_json_number(std::string_view text) noexcept {
  const auto skip_digits = [&text] {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) {
      ++count;
    }
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  const bool leading_zero = text.starts_with('0');
  const auto whole = skip_digits();
  if (whole == 0 || (leading_zero && whole > 1)) {
    return false;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (skip_digits() == 0) {
      return false;
    }
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) {
      text.remove_prefix(1);
    }
    if (skip_digits() == 0) {
      return false;
    }
  }
  return text.empty();
}

} // namespace muster::http::json
