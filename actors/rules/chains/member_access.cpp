#include "actors/rules/chains/member_access.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace muster {

namespace {

constexpr std::ptrdiff_t longest_name = 255;

/// Of UTF-8.
std::ptrdiff_t characters_of(const std::string& text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

} // namespace

member_access::member_access(const chain_json& from, std::string where, std::optional<error>& fault)
    : from_(from), where_(std::move(where)), fault_(fault) {
  if (!from_.is_object()) {
    refuse(where_.empty() ? "The body must be an object" : "must be an object");
  }
}

const chain_json* member_access::find(const char* name) const {
  if (!from_.is_object()) {
    return nullptr;
  }
  const auto found = from_.find(name);
  return found == from_.end() || found->is_null() ? nullptr : &*found;
}

void member_access::refuse(const std::string& message) {
  if (!fault_) {
    fault_ = error{error_code::invalid, where_ + message};
  }
}

void member_access::wrong(const char* name, const char* expected) {
  refuse(std::string("'") + name + "' must be " + expected);
}

std::optional<std::string> member_access::text(const char* name) {
  const auto* const found = find(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (!found->is_string()) {
    wrong(name, "a string");
    return std::nullopt;
  }
  auto text = found->get<std::string>();
  if (characters_of(text) > longest_name) {
    wrong(name, "no longer than 255 characters");
    return std::nullopt;
  }
  return text;
}

std::optional<bool> member_access::flag(const char* name) {
  const auto* const found = find(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (!found->is_boolean()) {
    wrong(name, "true or false");
    return std::nullopt;
  }
  return found->get<bool>();
}

std::optional<std::int64_t> member_access::number(const char* name) {
  const auto* const found = find(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (!found->is_number_integer() ||
      (found->is_number_unsigned() &&
       found->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})) {
    wrong(name, "a whole number");
    return std::nullopt;
  }
  return found->get<std::int64_t>();
}

std::optional<std::uint32_t> member_access::place(const char* name) {
  const auto found = number(name);
  if (found && (*found < 0 || *found > std::numeric_limits<std::uint32_t>::max())) {
    wrong(name, "the index of a node");
    return std::nullopt;
  }
  return found ? std::optional(static_cast<std::uint32_t>(*found)) : std::nullopt;
}

std::optional<uuid> member_access::id(const char* name) {
  const auto* found = find(name);
  if (found != nullptr && found->is_object()) {
    const auto inner = found->find("id");
    found = inner == found->end() || inner->is_null() ? nullptr : &*inner;
  }
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto read =
      found->is_string() ? parse_uuid(found->get_ref<const std::string&>()) : std::nullopt;
  if (!read) {
    wrong(name, "an identifier");
  }
  return read == null_uuid ? std::nullopt : read;
}

json_text member_access::document(const char* name, const char* otherwise) {
  const auto* const found = find(name);
  return {found == nullptr ? otherwise : found->dump()};
}

const chain_json* member_access::object(const char* name) {
  const auto* const found = find(name);
  if (found != nullptr && !found->is_object()) {
    wrong(name, "an object");
    return nullptr;
  }
  return found;
}

const chain_json& member_access::list(const char* name) {
  static const chain_json empty = chain_json::array();
  const auto* const found = find(name);
  if (found != nullptr && !found->is_array()) {
    wrong(name, "an array");
    return empty;
  }
  return found == nullptr ? empty : *found;
}

} // namespace muster
