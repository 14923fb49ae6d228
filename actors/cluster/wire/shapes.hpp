#pragma once

#include <array>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace muster::wire {

// How a type is built, for code that walks through types.

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;
template <template <class...> class Template, class... Parts>
inline constexpr bool is_a<Template<Parts...>, Template> = true;

template <class T>
inline constexpr bool is_bytes = false;
template <std::size_t Size>
inline constexpr bool is_bytes<std::array<std::uint8_t, Size>> = true;

/// An entity_id: has no other member than the uuid `value`.
template <class T>
concept identifier = requires(T x) {
  x.value.bytes;
}
&&sizeof(T) == 16;

template <class... Alternatives>
std::variant<Alternatives...> variant_of(const std::variant<Alternatives...>&);

/// A variant, or a type that is derived of one and adds nothing to it.
template <class T>
concept variant_like = requires(const T& x) {
  variant_of(x);
};
template <variant_like T>
inline constexpr std::size_t alternatives =
    std::variant_size_v<decltype(variant_of(std::declval<const T&>()))>;

template <class T>
concept byte_enum = std::is_enum_v<T> && sizeof(T) == 1;

} // namespace muster::wire
