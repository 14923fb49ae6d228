#include "http/api/query.hpp"

#include "http/json/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace muster::http {

namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Cuts `text` at the first `separator`: what stands before it; the rest stays.
std::string_view cut(std::string_view& text, char separator) noexcept {
  const auto at = text.find(separator);
  const auto before = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return before;
}

/// Whether an encoded name is `name`.
bool is_named(std::string_view encoded, std::string_view name) {
  if (encoded.find_first_of("%+") == std::string_view::npos) {
    return encoded == name;
  }
  const auto decoded = percent_decode(encoded, true);
  return decoded && *decoded == name;
}

tl::unexpected<error> bad(std::string_view name, std::string_view what) {
  return fail(error_code::invalid, "Parameter '" + std::string{name} + "' " + std::string{what});
}

bool equals_any_case(std::string_view text, std::string_view lower) noexcept {
  return std::ranges::equal(
      text, lower, {}, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i] == '+' && plus_is_blank ? ' ' : text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') {
    text.remove_prefix(1);
  }
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole ? std::optional{number} : std::nullopt;
}

result<std::optional<std::string>> query_parameters::text(std::string_view name) const {
  std::optional<std::string> joined;
  std::string_view rest = text_;
  while (!rest.empty()) {
    std::string_view each = cut(rest, '&');
    if (!is_named(cut(each, '='), name)) {
      continue;
    }
    auto value = percent_decode(each, true);
    if (!value) {
      return bad(name, "is not percent-encoded correctly");
    }
    if (json::find_invalid_utf8(*value) != std::string::npos) {
      return bad(name, "is not UTF-8");
    }
    if (joined) {
      joined->append(",").append(*value);
    } else {
      joined = std::move(value);
    }
  }
  return joined;
}

result<std::string> query_parameters::required(std::string_view name) const {
  auto value = text(name);
  if (!value) {
    return tl::unexpected(std::move(value.error()));
  }
  if (!*value) {
    return bad(name, "is missing");
  }
  return **std::move(value);
}

result<std::int64_t> query_parameters::integer(std::string_view name,
                                               std::int64_t otherwise) const {
  const auto value = text(name);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value || (*value)->empty()) {
    return otherwise;
  }
  if (const auto number = parse_integer(**value)) {
    return *number;
  }
  return bad(name, "must be a whole number of 64 bits");
}

result<bool> query_parameters::boolean(std::string_view name, bool otherwise) const {
  const auto value = text(name);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value || (*value)->empty()) {
    return otherwise;
  }
  if (equals_any_case(**value, "true")) {
    return true;
  }
  if (equals_any_case(**value, "false")) {
    return false;
  }
  return bad(name, "must be true or false");
}

result<std::optional<std::vector<std::string>>>
query_parameters::list(std::string_view name) const {
  const auto value = text(name);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return std::nullopt;
  }
  std::vector<std::string> parts;
  std::string_view rest = **value;
  // Trailing commas make no parts.
  rest = rest.substr(0, rest.find_last_not_of(',') + 1);
  while (!rest.empty()) {
    const bool last = rest.find(',') == std::string_view::npos;
    parts.emplace_back(cut(rest, ','));
    if (last) {
      break;
    }
  }
  if (parts.empty()) {
    return std::nullopt;
  }
  return parts;
}

} // namespace muster::http
