#include "actors/rules/nodes/configuration.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace muster {

const nlohmann::json* configuration_reader::member(std::string_view name) const {
  const auto found = from_.find(std::string(name));
  return found == from_.end() || found->is_null() ? nullptr : &*found;
}

void configuration_reader::refuse(std::string_view name, std::string_view what) {
  if (wrong_.empty()) {
    wrong_ = std::string(name) + " " + std::string(what);
  }
}

std::string configuration_reader::text(std::string_view name, std::string_view usual) {
  const auto* found = member(name);
  if (found == nullptr) {
    return std::string(usual);
  }
  if (!found->is_string()) {
    refuse(name, "is not a text");
    return {};
  }
  return found->get<std::string>();
}

bool configuration_reader::flag(std::string_view name, bool usual) {
  const auto* found = member(name);
  if (found == nullptr) {
    return usual;
  }
  if (!found->is_boolean()) {
    refuse(name, "is neither true nor false");
    return usual;
  }
  return found->get<bool>();
}

std::int64_t configuration_reader::number(std::string_view name, std::int64_t usual) {
  const auto* found = member(name);
  if (found == nullptr) {
    return usual;
  }
  if (found->is_number_integer()) {
    return found->get<std::int64_t>();
  }
  std::int64_t read = usual;
  if (found->is_string()) {
    const auto& digits = found->get_ref<const std::string&>();
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), read);
    if (failed == std::errc{} && end == digits.data() + digits.size()) {
      return read;
    }
  }
  refuse(name, "is not a whole number");
  return usual;
}

std::vector<std::string> configuration_reader::texts(std::string_view name) {
  std::vector<std::string> read;
  const auto* found = member(name);
  if (found == nullptr) {
    return read;
  }
  if (!found->is_array()) {
    refuse(name, "is not a list");
    return read;
  }
  for (const auto& one : *found) {
    if (!one.is_string()) {
      refuse(name, "holds something that is not a text");
      return read;
    }
    read.push_back(one.get<std::string>());
  }
  return read;
}

std::vector<text_pair> configuration_reader::mapping(std::string_view name) {
  std::vector<text_pair> read;
  const auto* found = member(name);
  if (found == nullptr || !found->is_object() || found->empty()) {
    refuse(name, "does not map anything");
    return read;
  }
  for (const auto& [key, one] : found->items()) {
    if (!one.is_string()) {
      refuse(name, "maps to something that is not a text");
      return read;
    }
    read.emplace_back(key, one.get<std::string>());
  }
  return read;
}

std::size_t configuration_reader::choice(std::string_view name,
                                         const std::vector<std::string_view>& among,
                                         std::size_t usual) {
  if (member(name) == nullptr) {
    return usual;
  }
  const std::string asked = text(name);
  const auto found = std::find(among.begin(), among.end(), asked);
  if (found == among.end()) {
    refuse(name, "is \"" + asked + "\", which is not known");
    return usual;
  }
  return static_cast<std::size_t>(found - among.begin());
}

result<void> configuration_reader::end() const {
  return wrong_.empty() ? result<void>{} : fail(error_code::invalid, wrong_);
}

} // namespace muster
