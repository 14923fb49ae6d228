#include "actors/rules/alarms/alarm_values.hpp"

#include "actors/rules/engine/body_values.hpp"
#include "actors/rules/nodes/numbers.hpp"

#include <algorithm>
#include <cstdint>

namespace muster {

namespace {

std::string_view without(std::string_view text, std::string_view around) noexcept {
  const auto begin = text.find_first_not_of(around);
  return begin == std::string_view::npos
             ? std::string_view{}
             : text.substr(begin, text.find_last_not_of(around) - begin + 1);
}

bool says_true(std::string_view text) noexcept {
  constexpr std::string_view wanted = "true";
  return std::ranges::equal(text, wanted, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

} // namespace

std::optional<double> alarm_number(const value& what) noexcept {
  if (const auto* flag = std::get_if<bool>(&what)) {
    return *flag ? 1.0 : 0.0;
  }
  const auto* json = std::get_if<json_text>(&what);
  return json != nullptr ? number_in(json->text) : number_of(what);
}

bool alarm_flag(const value& what) noexcept {
  if (const auto* flag = std::get_if<bool>(&what)) {
    return *flag;
  }
  if (const auto* text = std::get_if<std::string>(&what)) {
    return says_true(*text);
  }
  if (const auto* json = std::get_if<json_text>(&what)) {
    return says_true(json->text);
  }
  return alarm_number(what).value_or(0) > 0;
}

std::string alarm_text(const value& what) {
  const auto* text = std::get_if<std::string>(&what);
  return text != nullptr ? *text : json_of(what);
}

bool listed(std::string_view list, std::string_view text) noexcept {
  for (;;) {
    const auto comma = list.find(',');
    auto one = without(list.substr(0, comma), " ");
    if (one.size() >= 2 && (one.front() == '\'' || one.front() == '"') &&
        one.back() == one.front()) {
      one = one.substr(1, one.size() - 2);
    }
    if (one == text) {
      return true;
    }
    if (comma == std::string_view::npos) {
      return false;
    }
    list.remove_prefix(comma + 1);
  }
}

} // namespace muster
