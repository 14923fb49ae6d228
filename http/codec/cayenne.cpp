#include "http/codec/binary_reader.hpp"
#include "http/codec/codec.hpp"

#include <array>

namespace muster::http {

namespace {

/// A kind of reading: its number, the bytes of each value, and what one unit of it is.
struct reading {
  std::uint8_t type;
  std::string_view name;
  /// Names of the parts of readings that have several, else empty.
  std::string_view parts;
  std::size_t size;
  double units_per_one;
  bool has_sign;
};

/// The types of Cayenne LPP, by number.
constexpr std::array readings{
    reading{0x00, "digitalInput", "", 1, 1, false},
    reading{0x01, "digitalOutput", "", 1, 1, false},
    reading{0x02, "analogInput", "", 2, 100, true},
    reading{0x03, "analogOutput", "", 2, 100, true},
    reading{0x65, "illuminance", "", 2, 1, false},
    reading{0x66, "presence", "", 1, 1, false},
    reading{0x67, "temperature", "", 2, 10, true},
    reading{0x68, "humidity", "", 1, 2, false},
    reading{0x71, "acceleration", "XYZ", 2, 1000, true},
    reading{0x73, "pressure", "", 2, 10, false},
    reading{0x86, "rotation", "XYZ", 2, 100, true},
};

constexpr std::uint8_t location = 0x88;

/// Channel, type and value, one after the other: `01 67 00 FF` is a temperature of 25.5 on channel
/// 1, which is told as `"temperature1":25.5`.
class cayenne_reader : private binary_reader {
public:
  using binary_reader::binary_reader;

  bool document() {
    if (!to().begin_object()) {
      return false;
    }
    while (!at_end()) {
      const auto channel = byte();
      const auto type = channel ? byte() : std::nullopt;
      if (!type || !count_item() || !one(*type, std::to_string(*channel))) {
        return false;
      }
    }
    return to().end_object();
  }

private:
  bool one(std::uint8_t type, const std::string& channel) {
    if (type == location) {
      return value("latitude" + channel, 3, 10'000, true) &&
             value("longitude" + channel, 3, 10'000, true) &&
             value("altitude" + channel, 3, 100, true);
    }
    for (const reading& each : readings) {
      if (each.type != type) {
        continue;
      }
      const std::string name = std::string{each.name} + channel;
      if (each.parts.empty()) {
        return value(name, each.size, each.units_per_one, each.has_sign);
      }
      for (const char part : each.parts) {
        if (!value(name + part, each.size, each.units_per_one, each.has_sign)) {
          return false;
        }
      }
      return true;
    }
    return wrong("There is no reading of type " + std::to_string(type));
  }

  bool value(const std::string& name, std::size_t size, double units_per_one, bool has_sign) {
    const auto bits = number(size);
    if (!bits || !to().name(name)) {
      return false;
    }
    const auto unused = 64 - 8 * size;
    const auto units = has_sign ? static_cast<std::int64_t>(*bits << unused) >> unused
                                : static_cast<std::int64_t>(*bits);
    return units_per_one == 1 ? to().integer(units)
                              : to().real(static_cast<double>(units) / units_per_one);
  }
};

/// The readings of small radio sensors, as gateways pass them on. Answers are JSON.
class cayenne_codec final : public codec {
public:
  std::string_view name() const override { return "cayenne"; }
  std::span<const std::string_view> media_types() const override { return {}; }
  bool read(std::string_view bytes, json::events& to) const override {
    return cayenne_reader{bytes, to}.document();
  }
};

} // namespace

const codec& cayenne() {
  static const cayenne_codec one;
  return one;
}

} // namespace muster::http
