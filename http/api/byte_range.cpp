#include "http/api/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace muster::http {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Digits only; a number beyond 64 bits is as good as the largest.
std::optional<std::uint64_t> position(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} ? number : std::numeric_limits<std::uint64_t>::max();
}

bool in_bytes(std::string_view& text) {
  constexpr std::string_view unit = "bytes=";
  if (text.size() < unit.size())
    return false;
  for (std::size_t i = 0; i < unit.size(); ++i)
    if ((text[i] | 0x20) != (unit[i] | 0x20))
      return false;
  text.remove_prefix(unit.size());
  return true;
}

} // namespace

byte_range choose_range(std::string_view header, std::uint64_t length) {
  const byte_range whole{byte_range::kind::whole, 0, length};
  const byte_range none{byte_range::kind::unsatisfiable, 0, 0};
  if (!in_bytes(header))
    return whole;
  const auto range = trimmed(header);
  const auto dash = range.find('-');
  if (dash == std::string_view::npos)
    return whole;
  const auto last = position(range.substr(dash + 1));
  if (dash == 0) {
    // The last so many bytes.
    if (!last)
      return whole;
    const auto size = std::min(*last, length);
    return size == 0 ? none : byte_range{byte_range::kind::part, length - size, size};
  }
  const auto first = position(range.substr(0, dash));
  const bool open = dash + 1 == range.size();
  if (!first || (!open && (!last || *last < *first)))
    return whole;
  if (*first >= length)
    return none;
  const auto end = open || *last >= length ? length : *last + 1;
  return {byte_range::kind::part, *first, end - *first};
}

std::string range_of(const exchange& request) {
  if (request.method() != method::get || request.header("If-Range"))
    return {};
  return std::string{request.header("Range").value_or("")};
}

} // namespace muster::http
