#include "http/codec/binary_reader.hpp"

#include "http/json/utf8.hpp"

#include <bit>
#include <cmath>

namespace muster::http {

bool binary_reader::wrong(std::string_view what) {
  to_.error = error{error_code::malformed, std::string{what} + " at byte " + std::to_string(at_)};
  return false;
}

bool binary_reader::finish() {
  return at_end() || wrong("Nothing may follow the document, but something does");
}

std::optional<std::uint8_t> binary_reader::byte() {
  if (at_end()) {
    cut_short();
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(bytes_[at_++]);
}

std::optional<std::uint64_t> binary_reader::number(std::size_t size) {
  if (left() < size) {
    cut_short();
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes_[at_++]);
  }
  return value;
}

std::optional<std::string_view> binary_reader::text(std::uint64_t size) {
  if (left() < size) {
    cut_short();
    return std::nullopt;
  }
  const auto found = bytes_.substr(at_, static_cast<std::size_t>(size));
  if (const auto bad = json::find_invalid_utf8(found); bad != std::string_view::npos) {
    at_ += bad;
    wrong("Text is not UTF-8");
    return std::nullopt;
  }
  at_ += found.size();
  return found;
}

bool binary_reader::count_item() {
  return ++items_ <= most_items ||
         wrong("More than " + std::to_string(most_items) + " values in one document");
}

bool binary_reader::enter() {
  return ++depth_ <= json::deepest_nesting ||
         wrong("Nested deeper than " + std::to_string(json::deepest_nesting) + " levels");
}

bool binary_reader::tell_unsigned(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(INT64_MAX)) {
    return to_.integer(static_cast<std::int64_t>(value));
  }
  return to_.number(std::to_string(value));
}

bool binary_reader::tell_real(double value) {
  return std::isfinite(value) ? to_.real(value) : wrong("A number must be finite");
}

bool binary_reader::tell_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1F;
  const int fraction = bits & 0x3FF;
  if (exponent == 0x1F) {
    return wrong("A number must be finite");
  }
  const double size =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 0x400, exponent - 25);
  return tell_real((bits & 0x8000) != 0 ? -size : size);
}

bool binary_reader::tell_single(std::uint32_t bits) {
  return tell_real(std::bit_cast<float>(bits));
}

bool binary_reader::tell_double(std::uint64_t bits) {
  return tell_real(std::bit_cast<double>(bits));
}

} // namespace muster::http
