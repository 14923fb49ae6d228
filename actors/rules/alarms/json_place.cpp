#include "actors/rules/alarms/json_place.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace muster {

json_place::json_place(const nlohmann::ordered_json* at, std::string name,
                       std::optional<error>& fault)
    : at_(at != nullptr && at->is_null() ? nullptr : at), name_(std::move(name)), fault_(&fault) {}

json_place json_place::operator[](const char* member) const {
  std::string name = name_.empty() ? member : name_ + '.' + member;
  if (at_ == nullptr) {
    return {nullptr, std::move(name), *fault_};
  }
  if (!at_->is_object()) {
    refuse("must be an object");
    return {nullptr, std::move(name), *fault_};
  }
  const auto found = at_->find(member);
  return {found == at_->end() ? nullptr : &*found, std::move(name), *fault_};
}

void json_place::refuse(std::string_view what) const {
  if (!*fault_) {
    *fault_ = error{error_code::invalid, "'" + name_ + "' " + std::string(what)};
  }
}

bool json_place::required() const {
  if (at_ == nullptr) {
    refuse("is missing");
  }
  return at_ != nullptr;
}

std::string json_place::text() const {
  std::string read = required() ? text_or("") : std::string();
  if (read.empty()) {
    refuse("must not be empty");
  }
  return read;
}

std::string json_place::text_or(std::string_view usual) const {
  if (at_ == nullptr) {
    return std::string(usual);
  }
  if (!at_->is_string()) {
    refuse("must be a string");
    return std::string(usual);
  }
  return at_->get<std::string>();
}

std::int64_t json_place::whole() const {
  return required() ? whole_or(0) : 0;
}

std::int64_t json_place::whole_or(std::int64_t usual) const {
  if (at_ == nullptr) {
    return usual;
  }
  const bool beyond =
      at_->is_number_unsigned() &&
      at_->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (!at_->is_number_integer() || beyond) {
    refuse("must be a whole number");
    return usual;
  }
  return at_->get<std::int64_t>();
}

bool json_place::flag_or(bool usual) const {
  if (at_ == nullptr) {
    return usual;
  }
  if (!at_->is_boolean()) {
    refuse("must be true or false");
    return usual;
  }
  return at_->get<bool>();
}

std::size_t json_place::choice(std::initializer_list<std::string_view> among) const {
  const std::string read = required() ? text_or("") : std::string();
  const auto found = std::find(among.begin(), among.end(), read);
  if (found != among.end()) {
    return static_cast<std::size_t>(std::distance(among.begin(), found));
  }
  std::string all;
  for (const auto one : among) {
    all += (all.empty() ? "" : ", ") + std::string(one);
  }
  refuse("must be one of " + all);
  return 0;
}

std::optional<uuid> json_place::id() const {
  if (is_object()) {
    return (*this)["id"].id();
  }
  if (at_ == nullptr) {
    return std::nullopt;
  }
  const auto read = parse_uuid(text_or(""));
  if (!read) {
    refuse("must be an identifier");
  }
  return read;
}

std::optional<value> json_place::any() const {
  if (at_ == nullptr) {
    return std::nullopt;
  }
  if (at_->is_boolean()) {
    return value(at_->get<bool>());
  }
  if (at_->is_string()) {
    return value(at_->get<std::string>());
  }
  if (at_->is_number_integer() &&
      !(at_->is_number_unsigned() && at_->get<std::uint64_t>() > INT64_MAX)) {
    return value(at_->get<std::int64_t>());
  }
  return at_->is_number() ? value(at_->get<double>()) : value(json_text{at_->dump()});
}

std::vector<json_place> json_place::list() const {
  std::vector<json_place> all;
  if (at_ != nullptr && !at_->is_array()) {
    refuse("must be an array");
  } else if (at_ != nullptr) {
    for (const auto& one : *at_) {
      all.emplace_back(&one, name_ + '[' + std::to_string(all.size()) + ']', *fault_);
    }
  }
  return all;
}

std::vector<std::pair<std::string, json_place>> json_place::members() const {
  std::vector<std::pair<std::string, json_place>> all;
  if (at_ != nullptr && !at_->is_object()) {
    refuse("must be an object");
  } else if (at_ != nullptr) {
    for (const auto& [member, content] : at_->items()) {
      all.emplace_back(
          member, json_place(&content, name_.empty() ? member : name_ + '.' + member, *fault_));
    }
  }
  return all;
}

} // namespace muster
