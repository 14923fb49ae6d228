#pragma once

#include "actors/cluster/wire/byte_writer.hpp"
#include "actors/cluster/wire/fields.hpp"
#include "actors/cluster/wire/shapes.hpp"

namespace muster::wire {

/// Writes any type that is made of plain values and of types with `fields`.
class encoder {
public:
  explicit encoder(std::string& out) : to_(out) {}

  byte_writer& bytes() { return to_; }

  template <class T>
  void put(const T& x) {
    if constexpr (std::same_as<T, std::string>) {
      to_.text(x);
    } else if constexpr (std::same_as<T, json_text>) {
      to_.text(x.text);
    } else if constexpr (std::same_as<T, uuid>) {
      put(x.bytes);
    } else if constexpr (identifier<T>) {
      put(x.value);
    } else if constexpr (is_bytes<T>) {
      to_.raw(x.data(), x.size());
    } else if constexpr (is_a<T, std::vector>) {
      to_.number(x.size());
      for (const auto& one : x) {
        put(one);
      }
    } else if constexpr (is_a<T, std::optional> || is_a<T, std::shared_ptr>) {
      put(x ? true : false);
      if (x) {
        put(*x);
      }
    } else if constexpr (variant_like<T>) {
      to_.byte(static_cast<std::uint8_t>(x.index()));
      std::visit([this](const auto& alternative) { put(alternative); }, x);
    } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      put_scalar(x);
    } else {
      std::apply([this](const auto&... member) { (put(member), ...); }, fields(x));
    }
  }

private:
  template <class T>
  void put_scalar(T x) {
    if constexpr (std::same_as<T, bool> || byte_enum<T>) {
      to_.byte(static_cast<std::uint8_t>(x));
    } else if constexpr (std::same_as<T, double>) {
      to_.real(x);
    } else if constexpr (std::same_as<T, std::int64_t>) {
      to_.signed_number(x);
    } else {
      to_.number(static_cast<std::uint64_t>(x));
    }
  }

  byte_writer to_;
};

} // namespace muster::wire
