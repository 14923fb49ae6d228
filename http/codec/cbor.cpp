#include "http/codec/binary_reader.hpp"
#include "http/codec/binary_writer.hpp"
#include "http/codec/codec.hpp"

#include <array>
#include <bit>

namespace muster::http {

namespace {

/// The first three bits of each item (RFC 8949, section 3.1).
enum class major : std::uint8_t {
  positive = 0,
  negative = 1,
  bytes = 2,
  text = 3,
  array = 4,
  map = 5,
  tag = 6,
  simple = 7
};

constexpr std::uint8_t indefinite = 31;
constexpr std::uint8_t break_byte = 0xFF;

/// First byte and argument of an item.
struct item_head {
  major kind = major::simple;
  std::uint8_t info = 0;
  std::uint64_t argument = 0;

  [[nodiscard]] bool is_break() const { return kind == major::simple && info == indefinite; }
};

class cbor_reader : private binary_reader {
public:
  using binary_reader::binary_reader;

  bool document() {
    const auto first = head();
    return first && item(*first) && finish();
  }

private:
  std::optional<item_head> head() {
    const auto first = byte();
    if (!first) {
      return std::nullopt;
    }
    item_head found{static_cast<major>(*first >> 5), static_cast<std::uint8_t>(*first & 31), 0};
    found.argument = found.info;
    if (found.info < 24 || found.info == indefinite) {
      return found;
    }
    if (found.info > 27) {
      wrong("An item has a reserved length");
      return std::nullopt;
    }
    const auto argument = number(std::size_t{1} << (found.info - 24));
    if (!argument) {
      return std::nullopt;
    }
    found.argument = *argument;
    return found;
  }

  bool item(item_head found) {
    // What a tag says of an item is not kept.
    while (found.kind == major::tag && found.info != indefinite) {
      const auto next = head();
      if (!next) {
        return false;
      }
      found = *next;
    }
    if (!count_item()) {
      return false;
    }
    const bool endless = found.info == indefinite;
    switch (found.kind) {
    case major::positive:
      return endless ? unexpected() : tell_unsigned(found.argument);
    case major::negative:
      return endless ? unexpected() : negative(found.argument);
    case major::bytes:
      return refuse_bytes();
    case major::text:
      return string(found, [this](std::string_view text) { return to().string(text); });
    case major::array:
      return array(found);
    case major::map:
      return map(found);
    case major::simple:
      return simple(found);
    case major::tag:
      break;
    }
    return unexpected();
  }

  bool unexpected() { return wrong("An item stands where none can"); }

  /// -1 - argument
  bool negative(std::uint64_t argument) {
    if (argument <= static_cast<std::uint64_t>(INT64_MAX)) {
      return to().integer(-1 - static_cast<std::int64_t>(argument));
    }
    return to().number(argument == UINT64_MAX ? "-18446744073709551616"
                                              : "-" + std::to_string(argument + 1));
  }

  template <class Tell>
  bool string(const item_head& found, Tell tell) {
    if (found.info != indefinite) {
      const auto whole = text(found.argument);
      return whole && tell(*whole);
    }
    std::string gathered;
    while (true) {
      const auto piece = head();
      if (!piece) {
        return false;
      }
      if (piece->is_break()) {
        return tell(gathered);
      }
      if (piece->kind != major::text || piece->info == indefinite) {
        return wrong("A text's piece is no text");
      }
      const auto more = text(piece->argument);
      if (!more) {
        return false;
      }
      gathered.append(*more);
    }
  }

  /// Runs `each` with the head of what follows, so often as `found` says or until a break.
  template <class Each>
  bool repeat(const item_head& found, Each each) {
    const bool endless = found.info == indefinite;
    for (std::uint64_t i = 0; endless || i < found.argument; ++i) {
      const auto next = head();
      if (!next) {
        return false;
      }
      if (endless && next->is_break()) {
        return true;
      }
      if (!each(*next)) {
        return false;
      }
    }
    return true;
  }

  bool array(const item_head& found) {
    if (!enter() || !to().begin_array()) {
      return false;
    }
    if (!repeat(found, [this](const item_head& next) { return item(next); })) {
      return false;
    }
    leave();
    return to().end_array();
  }

  bool map(const item_head& found) {
    if (!enter() || !to().begin_object()) {
      return false;
    }
    if (!repeat(found, [this](const item_head& next) { return member(next); })) {
      return false;
    }
    leave();
    return to().end_object();
  }

  bool member(const item_head& found) {
    if (found.kind != major::text) {
      return wrong("A name must be text");
    }
    if (!string(found, [this](std::string_view text) { return to().name(text); })) {
      return false;
    }
    const auto value = head();
    return value && item(*value);
  }

  bool simple(const item_head& found) {
    switch (found.info) {
    case 20:
    case 21:
      return to().boolean(found.info == 21);
    case 22: // null
    case 23: // undefined
      return to().null();
    case 25:
      return tell_half(static_cast<std::uint16_t>(found.argument));
    case 26:
      return tell_single(static_cast<std::uint32_t>(found.argument));
    case 27:
      return tell_double(found.argument);
    default:
      return found.is_break() ? unexpected() : wrong("A simple value has no meaning here");
    }
  }
};

std::string head_of(major kind, std::uint64_t argument) {
  const std::size_t size = argument < 24            ? 0
                           : argument <= UINT8_MAX  ? 1
                           : argument <= UINT16_MAX ? 2
                           : argument <= UINT32_MAX ? 4
                                                    : 8;
  const std::uint64_t info = size == 0 ? argument : 24U + std::countr_zero(size);
  std::string out(1, static_cast<char>(static_cast<std::uint64_t>(kind) << 5 | info));
  append_number(out, argument, size);
  return out;
}

class cbor_writer final : public binary_writer {
public:
  bool null() override { return one(0xF6); }
  bool boolean(bool value) override { return one(value ? 0xF5 : 0xF4); }
  bool integer(std::int64_t value) override {
    out() += value < 0 ? head_of(major::negative, static_cast<std::uint64_t>(-1 - value))
                       : head_of(major::positive, static_cast<std::uint64_t>(value));
    return counted();
  }
  bool real(double value) override {
    put(0xFB);
    put(std::bit_cast<std::uint64_t>(value), sizeof value);
    return counted();
  }
  bool string(std::string_view text) override {
    put_text(text);
    return counted();
  }

private:
  std::string head(bool object, std::size_t count) const override {
    return head_of(object ? major::map : major::array, count);
  }
  void put_text(std::string_view text) override {
    out() += head_of(major::text, text.size());
    out() += text;
  }
  bool one(std::uint8_t byte) {
    put(byte);
    return counted();
  }
};

class cbor_codec final : public codec {
public:
  std::string_view name() const override { return "cbor"; }
  std::span<const std::string_view> media_types() const override {
    static constexpr std::array<std::string_view, 1> types{"application/cbor"};
    return types;
  }
  bool read(std::string_view bytes, json::events& to) const override {
    return cbor_reader{bytes, to}.document();
  }
  std::string write(std::string_view json) const override { return cbor_writer{}.transcode(json); }
};

} // namespace

const codec& cbor() {
  static const cbor_codec one;
  return one;
}

} // namespace muster::http
