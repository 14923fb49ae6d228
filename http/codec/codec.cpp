#include "http/codec/codec.hpp"

#include <algorithm>
#include <array>

namespace muster::http {

namespace {

/// Every codec; a new one is one line here.
const std::array all{
    &cayenne(),
    &cbor(),
    &message_pack(),
};

bool same_type(std::string_view given, std::string_view known) noexcept {
  return std::ranges::equal(given, known, [](char left, char right) {
    return (left >= 'A' && left <= 'Z' ? static_cast<char>(left | 0x20) : left) == right;
  });
}

} // namespace

std::string codec::write(std::string_view json) const {
  return std::string{json};
}

const codec* codec_named(std::string_view name) noexcept {
  const auto found = std::ranges::find(all, name, [](const codec* each) { return each->name(); });
  return found == all.end() ? nullptr : *found;
}

bool is_codec_name(std::string_view name) noexcept {
  return name == "json" || codec_named(name) != nullptr;
}

const codec* codec_of_type(std::string_view content_type) noexcept {
  auto type = content_type.substr(0, content_type.find(';'));
  type = type.substr(0, type.find_last_not_of(" \t") + 1);
  for (const codec* each : all) {
    for (const std::string_view known : each->media_types()) {
      if (same_type(type, known)) {
        return each;
      }
    }
  }
  return nullptr;
}

} // namespace muster::http
