#pragma once

#include "actors/model/error.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"
#include "http/json/reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http::rest {

/// The members of a JSON object that a client sent. Members that are null count as absent, unknown
/// ones are never looked at. Errors are `invalid` and name the member.
class body_members {
public:
  /// `malformed` for what is not strict JSON or not an object.
  [[nodiscard]] static result<body_members> read(std::string_view text);

  /// Whether the member is there at all, null included.
  [[nodiscard]] bool has(std::string_view name) const;
  /// The member as JSON text; null when absent.
  [[nodiscard]] const json_text* document(std::string_view name) const;
  /// The member as JSON text, "null" when absent.
  [[nodiscard]] json_text document_or_null(std::string_view name) const;
  /// A string.
  [[nodiscard]] result<std::optional<std::string>> text(std::string_view name) const;
  [[nodiscard]] result<std::optional<std::int64_t>> integer(std::string_view name) const;
  [[nodiscard]] result<std::optional<bool>> boolean(std::string_view name) const;
  /// `{"entityType":...,"id":"<uuid>"}`; the type is not looked at. The identifier that stands for
  /// nobody counts as absent.
  [[nodiscard]] result<std::optional<uuid>> id(std::string_view name) const;
  /// An object.
  [[nodiscard]] result<std::optional<body_members>> object(std::string_view name) const;

private:
  explicit body_members(std::vector<json::member> members) : members_{std::move(members)} {}

  std::vector<json::member> members_;
};

/// The text of a JSON string; nullopt for any other document.
[[nodiscard]] std::optional<std::string> string_of(const json_text& document);

/// `Invalid UUID string: x` when it is none.
[[nodiscard]] result<uuid> read_uuid(std::string_view text);

} // namespace muster::http::rest
