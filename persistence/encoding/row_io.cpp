#include "persistence/encoding/row_reader.hpp"
#include "persistence/encoding/row_writer.hpp"

#include <algorithm>
#include <type_traits>

namespace muster::persistence {

void row_writer::val(const value& v) {
  byte(static_cast<std::uint8_t>(v.index()));
  std::visit(
      [this](const auto& held) {
        using type = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<type, bool>) {
          flag(held);
        } else if constexpr (std::is_same_v<type, std::int64_t>) {
          signed_number(held);
        } else if constexpr (std::is_same_v<type, double>) {
          real(held);
        } else if constexpr (std::is_same_v<type, std::string>) {
          text(held);
        } else {
          text(held.text);
        }
      },
      v);
}

std::uint64_t row_reader::number() {
  std::uint64_t n = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    n |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if ((next & 0x80) == 0) {
      return n;
    }
  }
  fail("holds a number that is too long");
  return 0;
}

double row_reader::real() {
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) {
    bits |= static_cast<std::uint64_t>(byte()) << (8 * i);
  }
  return std::bit_cast<double>(bits);
}

std::string_view row_reader::text() {
  const std::uint64_t size = number();
  if (size > rest_.size()) {
    fail("is too short");
    return {};
  }
  const std::string_view found = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return found;
}

uuid row_reader::id() {
  uuid u;
  if (rest_.size() < u.bytes.size()) {
    fail("is too short");
    return u;
  }
  std::copy_n(rest_.begin(), u.bytes.size(), u.bytes.begin());
  rest_.remove_prefix(u.bytes.size());
  return u;
}

void row_reader::val(value& into) {
  switch (byte()) {
  case 0:
    into = flag();
    return;
  case 1:
    into = signed_number();
    return;
  case 2:
    into = real();
    return;
  case 3:
    if (auto* held = std::get_if<std::string>(&into)) {
      held->assign(text());
    } else {
      into.emplace<std::string>(text());
    }
    return;
  case 4:
    into = json_text{std::string(text())};
    return;
  default:
    fail("holds an unknown kind of value");
  }
}

} // namespace muster::persistence
