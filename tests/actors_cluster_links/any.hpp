#pragma once

#include "actors/cluster/wire/fields.hpp"
#include "actors/cluster/wire/shapes.hpp"

#include <bit>
#include <random>

namespace muster::test {

using wire::is_a;

/// Makes any value of any type that travels, from a seed.
class any {
public:
  explicit any(std::uint64_t seed) : dice_(seed) {}

  template <class T>
  T make() {
    T x{};
    fill(x);
    return x;
  }

  std::uint64_t below(std::uint64_t end) { return dice_() % end; }

private:
  template <class T>
  void fill(T& x) {
    if constexpr (std::same_as<T, std::string>) {
      x.resize(below(12));
      for (char& c : x) {
        c = static_cast<char>(dice_());
      }
    } else if constexpr (std::same_as<T, json_text>) {
      fill(x.text);
    } else if constexpr (std::same_as<T, uuid>) {
      fill(x.bytes);
    } else if constexpr (wire::identifier<T>) {
      fill(x.value);
    } else if constexpr (wire::is_bytes<T>) {
      for (auto& byte : x) {
        byte = static_cast<std::uint8_t>(dice_());
      }
    } else if constexpr (is_a<T, std::vector>) {
      x.resize(below(4));
      for (auto& one : x) {
        fill(one);
      }
    } else if constexpr (is_a<T, std::optional>) {
      if (below(2) == 0) {
        fill(x.emplace());
      }
    } else if constexpr (is_a<T, std::shared_ptr>) {
      using element = std::remove_const_t<typename T::element_type>;
      x = below(2) == 0 ? std::make_shared<element>(make<element>()) : nullptr;
    } else if constexpr (wire::variant_like<T>) {
      fill_alternative(x, below(wire::alternatives<T>),
                       std::make_index_sequence<wire::alternatives<T>>());
    } else if constexpr (wire::byte_enum<T>) {
      x = static_cast<T>(below(wire::enum_end<T>));
    } else if constexpr (std::same_as<T, bool>) {
      x = below(2) == 0;
    } else if constexpr (std::same_as<T, double>) {
      x = std::bit_cast<double>(dice_());
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      // All lengths alike.
      x = static_cast<T>(dice_() >> below(64));
      if constexpr (std::is_signed_v<T>) {
        x = below(2) == 0 ? ~x : x;
      }
    } else {
      std::apply([this](auto&... member) { (fill(member), ...); }, wire::fields(x));
    }
  }

  template <class Variant, std::size_t... Index>
  void fill_alternative(Variant& x, std::size_t which, std::index_sequence<Index...>) {
    const auto fill_if_it = [&]<std::size_t I>() {
      if (which == I) {
        fill(x.template emplace<I>());
      }
    };
    (fill_if_it.template operator()<Index>(), ...);
  }

  std::mt19937_64 dice_;
};

/// Equal in all that travels; doubles by their bits.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (is_a<T, std::vector>) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& x, const auto& y) { return same(x, y); });
  } else if constexpr (is_a<T, std::optional> || is_a<T, std::shared_ptr>) {
    return a && b ? same(*a, *b) : !a && !b;
  } else if constexpr (wire::variant_like<T>) {
    return a.index() == b.index() &&
           std::visit(
               [&b]<class A>(const A& alternative) { return same(alternative, std::get<A>(b)); },
               a);
  } else if constexpr (std::same_as<T, double>) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  } else if constexpr (requires { a == b; }) {
    return a == b;
  } else {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      [[maybe_unused]] const auto left = wire::fields(a);
      [[maybe_unused]] const auto right = wire::fields(b);
      return (same(std::get<I>(left), std::get<I>(right)) && ...);
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(wire::fields(a))>>());
  }
}

} // namespace muster::test
