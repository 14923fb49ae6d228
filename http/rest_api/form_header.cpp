#include "http/rest_api/form_header.hpp"

#include "http/api/query.hpp"

#include <algorithm>
#include <cctype>

namespace muster::http::rest {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The end of the parameter's value that begins at `at`: the next semicolon outside of quotes.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  bool quoted = false;
  for (; at < text.size(); ++at) {
    if (quoted && text[at] == '\\' && at + 1 < text.size()) {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (text[at] == ';' && !quoted) {
      break;
    }
  }
  return at;
}

/// Browsers send backslashes as they are, so only quotes and backslashes are unescaped.
std::string unquoted(std::string_view value) {
  if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"')) {
    return std::string{value};
  }
  value = value.substr(1, value.size() - 2);
  std::string made;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const bool escape = value[at] == '\\' && at + 1 < value.size() &&
                        (value[at + 1] == '"' || value[at + 1] == '\\');
    made += value[escape ? ++at : at];
  }
  return made;
}

} // namespace

bool same_name(std::string_view left, std::string_view right) {
  left = trimmed(left);
  right = trimmed(right);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

std::optional<header_line> split_header(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || trimmed(line.substr(0, colon)).empty()) {
    return std::nullopt;
  }
  return header_line{trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1))};
}

std::optional<std::string> parameter_of(std::string_view value, std::string_view name) {
  for (auto at = end_of_value(value, 0); at < value.size();) {
    const auto end = end_of_value(value, at + 1);
    const auto parameter = value.substr(at + 1, end - at - 1);
    const auto equals = parameter.find('=');
    if (equals != std::string_view::npos && same_name(parameter.substr(0, equals), name)) {
      return unquoted(trimmed(parameter.substr(equals + 1)));
    }
    at = end;
  }
  return std::nullopt;
}

std::optional<std::string> file_name_of(std::string_view disposition) {
  constexpr std::string_view charset = "utf-8'";
  if (const auto extended = parameter_of(disposition, "filename*")) {
    const auto language_end = extended->find('\'', charset.size());
    if (language_end != std::string::npos &&
        same_name(std::string_view{*extended}.substr(0, charset.size()), charset)) {
      if (auto decoded =
              percent_decode(std::string_view{*extended}.substr(language_end + 1), false)) {
        return decoded;
      }
    }
  }
  return parameter_of(disposition, "filename");
}

} // namespace muster::http::rest
