#pragma once

#include "actors/cluster/wire/byte_reader.hpp"
#include "actors/cluster/wire/fields.hpp"
#include "actors/cluster/wire/shapes.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace muster::wire {

/// Reads what `encoder` wrote.
class decoder {
public:
  explicit decoder(std::string_view bytes) : from_(bytes) {}

  byte_reader& bytes() { return from_; }

  template <class T>
  T get() {
    T x{};
    get(x);
    return x;
  }

  template <class T>
  void get(T& x) {
    if constexpr (std::same_as<T, std::string>) {
      x = from_.text();
    } else if constexpr (std::same_as<T, json_text>) {
      x.text = from_.text();
    } else if constexpr (std::same_as<T, uuid>) {
      get(x.bytes);
    } else if constexpr (identifier<T>) {
      get(x.value);
    } else if constexpr (is_bytes<T>) {
      from_.raw(x.data(), x.size());
    } else if constexpr (is_a<T, std::vector>) {
      get_list(x);
    } else if constexpr (is_a<T, std::optional>) {
      if (get<bool>()) {
        get(x.emplace());
      }
    } else if constexpr (is_a<T, std::shared_ptr>) {
      if (get<bool>()) {
        using element = std::remove_const_t<typename T::element_type>;
        x = std::make_shared<element>(get<element>());
      }
    } else if constexpr (variant_like<T>) {
      get_alternative(x, from_.byte(), std::make_index_sequence<alternatives<T>>());
    } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      get_scalar(x);
    } else {
      std::apply([this](auto&... member) { (get(member), ...); }, fields(x));
    }
  }

private:
  /// What a count may ask of memory before its elements have been seen.
  static constexpr std::uint64_t most_reserved = 64;

  template <class T>
  void get_list(std::vector<T>& x) {
    const std::uint64_t count = from_.number();
    // Every element has a byte at least.
    if (count > from_.left()) {
      return from_.fail();
    }
    x.clear();
    x.reserve(std::min(count, most_reserved));
    for (std::uint64_t i = 0; i < count && from_.good(); ++i) {
      get(x.emplace_back());
    }
  }

  template <class Variant, std::size_t... Index>
  void get_alternative(Variant& x, std::uint8_t which, std::index_sequence<Index...>) {
    const auto get_if_it = [&]<std::size_t I>() {
      if (which == I) {
        get(x.template emplace<I>());
      }
      return which == I;
    };
    if (!(get_if_it.template operator()<Index>() || ...)) {
      from_.fail();
    }
  }

  template <class T>
  void get_scalar(T& x) {
    if constexpr (std::same_as<T, bool>) {
      x = below(2) == 1;
    } else if constexpr (byte_enum<T>) {
      static_assert(enum_end<T> != 0, "what the enumeration's values are is said in fields.hpp");
      x = static_cast<T>(below(enum_end<T>));
    } else if constexpr (std::same_as<T, double>) {
      x = from_.real();
    } else if constexpr (std::same_as<T, std::int64_t>) {
      x = from_.signed_number();
    } else {
      const std::uint64_t n = from_.number();
      if (!fits<T>(n)) {
        return from_.fail();
      }
      x = static_cast<T>(n);
    }
  }

  template <class T>
  static bool fits(std::uint64_t n) {
    return sizeof(T) == sizeof n || n <= std::numeric_limits<std::uint32_t>::max();
  }

  std::uint8_t below(std::uint8_t end) {
    const std::uint8_t n = from_.byte();
    if (n >= end) {
      from_.fail();
      return 0;
    }
    return n;
  }

  byte_reader from_;
};

} // namespace muster::wire
