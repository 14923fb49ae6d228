#include "actors/model/command_names.hpp"

#include <array>
#include <utility>

namespace muster {

namespace {

/// The type's name in what the compiler calls this function.
template <class T>
constexpr std::string_view type_name() noexcept {
  std::string_view whole = __PRETTY_FUNCTION__;
  whole.remove_prefix(whole.find("T = ") + 4);
  whole = whole.substr(0, whole.find_first_of(";]"));
  return whole.substr(whole.rfind(':') + 1);
}

template <class... Types>
constexpr auto names_of(const std::variant<Types...>*) noexcept {
  return std::array{type_name<Types>()...};
}

template <class... Types>
const std::variant<Types...>* variant_in(const std::variant<Types...>&);

using body_variant = decltype(variant_in(std::declval<const command_body&>()));

} // namespace

std::string_view command_name(std::size_t place) noexcept {
  static constexpr auto names = names_of(static_cast<body_variant>(nullptr));
  return place < names.size() ? names[place] : "none";
}

std::string_view name_of(const command_body& what) noexcept {
  return command_name(what.index());
}

} // namespace muster
