#include "http/rest_api/body.hpp"

#include "http/api/query.hpp"

#include <nlohmann/json.hpp>

namespace muster::http::rest {

namespace {

tl::unexpected<error> wrong(std::string_view name, std::string_view expected) {
  return fail(error_code::invalid,
              "Member '" + std::string{name} + "' must be " + std::string{expected});
}

} // namespace

result<body_members> body_members::read(std::string_view text) {
  const auto strict = json::read_strict(text);
  if (!strict) {
    return tl::unexpected{strict.error()};
  }
  auto members = json::read_members(strict->text);
  if (!members) {
    return tl::unexpected{members.error()};
  }
  return body_members{std::move(*members)};
}

bool body_members::has(std::string_view name) const {
  for (const auto& [known, value] : members_) {
    if (known == name) {
      return true;
    }
  }
  return false;
}

const json_text* body_members::document(std::string_view name) const {
  for (const auto& [known, value] : members_) {
    if (known == name && value.text != "null") {
      return &value;
    }
  }
  return nullptr;
}

json_text body_members::document_or_null(std::string_view name) const {
  const json_text* found = document(name);
  return found != nullptr ? *found : json_text{"null"};
}

result<std::optional<std::string>> body_members::text(std::string_view name) const {
  const json_text* found = document(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  auto text = string_of(*found);
  if (!text) {
    return wrong(name, "a string");
  }
  return text;
}

result<std::optional<std::int64_t>> body_members::integer(std::string_view name) const {
  const json_text* found = document(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto number = parse_integer(found->text);
  if (!number) {
    return wrong(name, "a whole number");
  }
  return number;
}

result<std::optional<bool>> body_members::boolean(std::string_view name) const {
  const json_text* found = document(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (found->text != "true" && found->text != "false") {
    return wrong(name, "true or false");
  }
  return found->text == "true";
}

result<std::optional<uuid>> body_members::id(std::string_view name) const {
  const auto inner = object(name);
  if (!inner) {
    return tl::unexpected{inner.error()};
  }
  if (!*inner) {
    return std::nullopt;
  }
  const auto text = (*inner)->text("id");
  if (!text) {
    return tl::unexpected{text.error()};
  }
  if (!*text) {
    return std::nullopt;
  }
  const auto id = read_uuid(**text);
  if (!id) {
    return tl::unexpected{id.error()};
  }
  return *id == null_uuid ? std::optional<uuid>{} : *id;
}

result<std::optional<body_members>> body_members::object(std::string_view name) const {
  const json_text* found = document(name);
  if (found == nullptr) {
    return std::optional<body_members>{};
  }
  auto members = json::read_members(found->text);
  if (!members) {
    return wrong(name, "an object");
  }
  return body_members{std::move(*members)};
}

std::optional<std::string> string_of(const json_text& document) {
  if (!document.text.starts_with('"')) {
    return std::nullopt;
  }
  auto parsed = nlohmann::json::parse(document.text, nullptr, false);
  return parsed.is_string() ? std::optional{std::move(parsed.get_ref<std::string&>())}
                            : std::nullopt;
}

result<uuid> read_uuid(std::string_view text) {
  const auto id = parse_uuid(text);
  if (!id) {
    return fail(error_code::invalid, "Invalid UUID string: " + std::string{text.substr(0, 100)});
  }
  return *id;
}

} // namespace muster::http::rest
