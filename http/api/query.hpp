#pragma once

#include "actors/model/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// `%xx` decoded, `+` as blank where `plus_is_blank`; nullopt for `%` without two hexadecimal
/// digits. Any thread.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);

/// The parameters of a query (or of a form body), decoded when asked for. A view: the text must
/// outlive it. Errors are `invalid` and name the parameter.
class query_parameters {
public:
  explicit query_parameters(std::string_view text) : text_{text} {}

  /// The value, repeated ones joined with commas; nullopt when the name does not occur.
  [[nodiscard]] result<std::optional<std::string>> text(std::string_view name) const;
  /// As `text`, but an error when it is missing.
  [[nodiscard]] result<std::string> required(std::string_view name) const;
  /// A whole number; missing or empty: `otherwise`.
  [[nodiscard]] result<std::int64_t> integer(std::string_view name, std::int64_t otherwise) const;
  /// `true` or `false` in any case; missing or empty: `otherwise`.
  [[nodiscard]] result<bool> boolean(std::string_view name, bool otherwise) const;
  /// The joined value split at commas as Java's `String.split` does: nothing trimmed, trailing
  /// empty parts dropped. Missing, empty or commas only: nullopt.
  [[nodiscard]] result<std::optional<std::vector<std::string>>> list(std::string_view name) const;

private:
  std::string_view text_;
};

/// A whole number of at most 64 bits, nothing around it; a leading `+` is taken.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

} // namespace muster::http
