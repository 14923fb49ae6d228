#include "http/codec/binary_reader.hpp"
#include "http/codec/binary_writer.hpp"
#include "http/codec/codec.hpp"

#include <array>
#include <bit>

namespace muster::http {

namespace {

/// First bytes, as the specification of MessagePack names the formats.
enum first_byte : std::uint8_t {
  fixmap = 0x80,
  fixarray = 0x90,
  fixstr = 0xA0,
  nil = 0xC0,
  false_value = 0xC2,
  true_value = 0xC3,
  bin8 = 0xC4,
  bin32 = 0xC6,
  float32 = 0xCA,
  float64 = 0xCB,
  uint8 = 0xCC,
  uint64 = 0xCF,
  int8 = 0xD0,
  int64 = 0xD3,
  str8 = 0xD9,
  str16 = 0xDA,
  str32 = 0xDB,
  array16 = 0xDC,
  array32 = 0xDD,
  map16 = 0xDE,
  map32 = 0xDF,
  negative_fixint = 0xE0
};

class message_pack_reader : private binary_reader {
public:
  using binary_reader::binary_reader;

  bool document() { return item() && finish(); }

private:
  bool item() {
    const auto first = byte();
    if (!first || !count_item()) {
      return false;
    }
    const std::uint8_t lead = *first;
    if (lead < fixmap || lead >= negative_fixint) {
      return to().integer(static_cast<std::int8_t>(lead));
    }
    if (lead < fixarray) {
      return map(lead & 0x0FU);
    }
    if (lead < fixstr) {
      return array(lead & 0x0FU);
    }
    if (lead < nil || (lead >= str8 && lead <= str32)) {
      const auto found = string(lead);
      return found && to().string(*found);
    }
    return other(lead);
  }

  bool other(std::uint8_t lead) {
    if (lead == nil) {
      return to().null();
    }
    if (lead == false_value || lead == true_value) {
      return to().boolean(lead == true_value);
    }
    if (lead >= bin8 && lead <= bin32) {
      return refuse_bytes();
    }
    if (lead >= float32 && lead <= int64) {
      return numeric(lead);
    }
    if (lead >= array16 && lead <= map32) {
      const auto count = number(lead == array16 || lead == map16 ? 2 : 4);
      return count && (lead < map16 ? array(*count) : map(*count));
    }
    return wrong("Extension types can't be kept");
  }

  bool numeric(std::uint8_t lead) {
    // 1, 2, 4 and 8 bytes in the last two bits; of floats 4 and 8.
    const std::size_t size = std::size_t{1} << (lead < uint8 ? (lead & 1U) + 2 : lead & 3U);
    const auto bits = number(size);
    if (!bits) {
      return false;
    }
    if (lead < uint8) {
      return lead == float32 ? tell_single(static_cast<std::uint32_t>(*bits)) : tell_double(*bits);
    }
    if (lead <= uint64) {
      return tell_unsigned(*bits);
    }
    const auto unused = 64 - 8 * size;
    return to().integer(static_cast<std::int64_t>(*bits << unused) >> unused);
  }

  std::optional<std::string_view> string(std::uint8_t lead) {
    if (lead < nil) {
      return text(lead & 0x1FU);
    }
    const auto size = number(std::size_t{1} << (lead - str8));
    return size ? text(*size) : std::nullopt;
  }

  bool array(std::uint64_t count) {
    if (!enter() || !to().begin_array()) {
      return false;
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!item()) {
        return false;
      }
    }
    leave();
    return to().end_array();
  }

  bool map(std::uint64_t count) {
    if (!enter() || !to().begin_object()) {
      return false;
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!name() || !item()) {
        return false;
      }
    }
    leave();
    return to().end_object();
  }

  bool name() {
    const auto lead = byte();
    if (!lead) {
      return false;
    }
    const bool is_text = (*lead >= fixstr && *lead < nil) || (*lead >= str8 && *lead <= str32);
    if (!is_text) {
      return wrong("A name must be text");
    }
    const auto found = string(*lead);
    return found && to().name(*found);
  }
};

class message_pack_writer final : public binary_writer {
public:
  bool null() override { return one(nil); }
  bool boolean(bool value) override { return one(value ? true_value : false_value); }
  bool integer(std::int64_t value) override {
    if (value >= -32 && value < 128) {
      return one(static_cast<std::uint8_t>(value));
    }
    const bool negative = value < 0;
    const auto size =
        negative ? size_of_negative(value) : size_of(static_cast<std::uint64_t>(value));
    put(static_cast<std::uint8_t>((negative ? int8 : uint8) + std::countr_zero(size)));
    put(static_cast<std::uint64_t>(value), size);
    return counted();
  }
  bool real(double value) override {
    put(float64);
    put(std::bit_cast<std::uint64_t>(value), sizeof value);
    return counted();
  }
  bool string(std::string_view text) override {
    put_text(text);
    return counted();
  }

private:
  static std::size_t size_of(std::uint64_t value) {
    return value <= UINT8_MAX ? 1 : value <= UINT16_MAX ? 2 : value <= UINT32_MAX ? 4 : 8;
  }
  static std::size_t size_of_negative(std::int64_t value) {
    return value >= INT8_MIN ? 1 : value >= INT16_MIN ? 2 : value >= INT32_MIN ? 4 : 8;
  }

  std::string head(bool object, std::size_t count) const override {
    constexpr std::size_t least_counted = 16;
    std::string out;
    if (count < least_counted) {
      out.push_back(static_cast<char>((object ? fixmap : fixarray) | count));
      return out;
    }
    const bool small = count <= UINT16_MAX;
    const auto lead = object ? (small ? map16 : map32) : (small ? array16 : array32);
    out.push_back(static_cast<char>(lead));
    append_number(out, count, small ? 2 : 4);
    return out;
  }

  void put_text(std::string_view text) override {
    constexpr std::size_t least_sized = 32;
    if (text.size() < least_sized) {
      put(static_cast<std::uint8_t>(fixstr | text.size()));
    } else {
      const auto size = size_of(text.size());
      put(static_cast<std::uint8_t>(str8 + std::countr_zero(size)));
      put(text.size(), size);
    }
    out() += text;
  }

  bool one(std::uint8_t byte) {
    put(byte);
    return counted();
  }
};

class message_pack_codec final : public codec {
public:
  std::string_view name() const override { return "msgpack"; }
  std::span<const std::string_view> media_types() const override {
    static constexpr std::array<std::string_view, 3> types{
        "application/msgpack", "application/x-msgpack", "application/vnd.msgpack"};
    return types;
  }
  bool read(std::string_view bytes, json::events& to) const override {
    return message_pack_reader{bytes, to}.document();
  }
  std::string write(std::string_view json) const override {
    return message_pack_writer{}.transcode(json);
  }
};

} // namespace

const codec& message_pack() {
  static const message_pack_codec one;
  return one;
}

} // namespace muster::http
