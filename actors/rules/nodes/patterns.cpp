#include "actors/rules/nodes/patterns.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace muster {

namespace {

std::optional<std::string> from_metadata(std::string_view name, const rule_message& message) {
  if (name == "*") {
    return nlohmann::json(message.metadata)
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  const auto found = message.metadata.find(name);
  return found == message.metadata.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> from_body(std::string_view path, const rule_message& message) {
  if (path == "*") {
    return message.data.text();
  }
  const nlohmann::json* at = &message.data.tree();
  while (true) {
    const auto dot = path.find('.');
    if (!at->is_object()) {
      return std::nullopt;
    }
    const auto found = at->find(std::string(path.substr(0, dot)));
    if (found == at->end()) {
      return std::nullopt;
    }
    at = &*found;
    if (dot == std::string_view::npos) {
      break;
    }
    path.remove_prefix(dot + 1);
  }
  if (at->is_string()) {
    return at->get<std::string>();
  }
  return at->is_number() || at->is_boolean() ? std::optional(at->dump()) : std::nullopt;
}

} // namespace

std::string fill_pattern(std::string_view pattern, const rule_message& message) {
  std::string filled;
  while (!pattern.empty()) {
    const auto dollar = pattern.find('$');
    filled += pattern.substr(0, dollar);
    if (dollar == std::string_view::npos) {
      break;
    }
    pattern.remove_prefix(dollar);
    const bool metadata = pattern.starts_with("${");
    const auto end = metadata || pattern.starts_with("$[") ? pattern.find(metadata ? '}' : ']')
                                                           : std::string_view::npos;
    if (end == std::string_view::npos) {
      filled += '$';
      pattern.remove_prefix(1);
      continue;
    }
    const auto name = pattern.substr(2, end - 2);
    const auto found = metadata ? from_metadata(name, message) : from_body(name, message);
    filled += found ? *found : std::string(pattern.substr(0, end + 1));
    pattern.remove_prefix(end + 1);
  }
  return filled;
}

} // namespace muster
