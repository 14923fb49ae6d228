#pragma once

#include "http/rest_api/body.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

/// Names, titles and the like: characters.
inline constexpr std::size_t longest_text = 255;
/// Documents of clients that stay in memory with their entity: bytes.
inline constexpr std::size_t longest_document = std::size_t{64} << 10;

/// Reads the members of an entity one after the other; the first error stays, and what was wrong
/// reads as absent. The body must outlive it.
class member_reader {
public:
  explicit member_reader(const body_members& body) : body_{body} {}

  template <class Id>
  std::optional<Id> id(std::string_view name) {
    const auto read = take(body_.id(name));
    return read ? std::optional{Id{*read}} : std::nullopt;
  }
  /// At most `longest` characters.
  std::optional<std::string> text(std::string_view name, std::size_t longest = longest_text);
  /// At most `longest_document` bytes, "null" when absent.
  json_text document(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name) { return take(body_.integer(name)); }
  std::optional<bool> boolean(std::string_view name) { return take(body_.boolean(name)); }
  std::optional<body_members> object(std::string_view name) { return take(body_.object(name)); }
  /// The version a client saw.
  std::optional<std::uint64_t> version();

  /// Something else is wrong; the first stays.
  void refuse(std::string message);
  [[nodiscard]] const std::optional<error>& fault() const { return fault_; }

private:
  template <class T>
  std::optional<T> take(result<std::optional<T>> read) {
    if (!read) {
      fault_ = fault_.value_or(std::move(read.error()));
      return std::nullopt;
    }
    return std::move(*read);
  }

  const body_members& body_;
  std::optional<error> fault_;
};

/// Nothing but blanks.
[[nodiscard]] bool blank(std::string_view text) noexcept;

} // namespace muster::http::rest
