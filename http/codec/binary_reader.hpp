#pragma once

#include "http/json/events.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

/// Values in one document beyond this are refused: one byte can be a value, and as text it can be
/// twenty-five times as long.
inline constexpr std::size_t most_items = 2'000'000;

/// What readers of binary formats have in common: a place in the bytes, numbers in network order,
/// and the rules that JSON has by itself. Nothing is reserved by a length that the bytes announce.
/// Where a member returns false or nothing the events' error is set.
class binary_reader {
public:
  binary_reader(std::string_view bytes, json::events& to) : bytes_{bytes}, to_{to} {}

protected:
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] json::events& to() { return to_; }

  /// Refuses the document, naming the present place.
  bool wrong(std::string_view what);
  bool cut_short() { return wrong("The document is cut short"); }
  /// The end of the document must have been reached.
  bool finish();

  std::optional<std::uint8_t> byte();
  /// A number of `size` bytes, at most 8.
  std::optional<std::uint64_t> number(std::size_t size);
  /// Valid UTF-8 of `size` bytes, a view of the document.
  std::optional<std::string_view> text(std::uint64_t size);

  /// Counts one value more.
  bool count_item();
  /// One level more or less of objects and arrays.
  bool enter();
  void leave() { --depth_; }

  bool tell_unsigned(std::uint64_t value);
  bool tell_real(double value);
  bool tell_half(std::uint16_t bits);
  bool tell_single(std::uint32_t bits);
  bool tell_double(std::uint64_t bits);

  /// Bytes are no value that can be kept.
  bool refuse_bytes() { return wrong("Byte strings can't be kept, send text such as Base64"); }

private:
  std::string_view bytes_;
  json::events& to_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t items_ = 0;
};

} // namespace muster::http
