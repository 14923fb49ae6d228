#include "http/json/reader.hpp"
#include "http/json/utf8.hpp"

namespace muster::http::json {

namespace {

constexpr std::size_t longest_key = 255;

/// White space as Unicode's separators and ASCII's controls have it, but for no-break spaces.
bool is_blank(char32_t c) noexcept {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A && c != 0x2007) || c == 0x2028 || c == 0x2029 || c == 0x205F ||
         c == 0x3000;
}

bool all_blank(std::string_view key) noexcept {
  while (!key.empty()) {
    const auto point = first_code_point(key);
    if (!point || !is_blank(point->value)) {
      return false;
    }
    key.remove_prefix(point->length);
  }
  return true;
}

} // namespace

result<void> check_key(std::string_view key) {
  if (all_blank(key)) {
    return fail(error_code::invalid, "Key cannot be blank");
  }
  if (key.size() <= longest_key) {
    return {};
  }
  const auto characters = count_code_points(key);
  if (characters > longest_key) {
    return fail(error_code::invalid,
                "Key has " + std::to_string(characters) + " characters, at most 255 are allowed");
  }
  return {};
}

} // namespace muster::http::json
