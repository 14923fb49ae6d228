#pragma once

#include "actors/model/value.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <optional>
#include <string>

/// Values as JSON, as alarm rules read them.
namespace muster::test::plain_values {

using json = nlohmann::ordered_json;

inline json plain(const value& what) {
  if (const auto* text = std::get_if<json_text>(&what)) {
    return json::parse(text->text);
  }
  return std::visit(
      [](const auto& one) {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, json_text>) {
          return json();
        } else {
          return json(one);
        }
      },
      what);
}

inline json plain(const std::optional<value>& what) {
  return what ? plain(*what) : json();
}

inline json number(const json& what) {
  if (what.is_boolean()) {
    return what.get<bool>() ? 1.0 : 0.0;
  }
  if (what.is_number()) {
    return what.get<double>();
  }
  std::size_t end = 0;
  try {
    const auto text = what.get<std::string>();
    const double read = std::stod(text, &end);
    return end == text.size() ? json(read) : json();
  } catch (const std::exception&) {
    return {};
  }
}

inline json flag(const json& what) {
  if (what.is_boolean()) {
    return what;
  }
  return what.is_number() ? what.get<double>() > 0 : what == "true";
}

inline json text(const json& what) {
  return what.is_string() ? what : json(what.dump());
}

inline json as(const std::string& type, const json& what) {
  if (what.is_null()) {
    return {};
  }
  return type == "NUMERIC" ? number(what) : (type == "BOOLEAN" ? flag(what) : text(what));
}

} // namespace muster::test::plain_values
