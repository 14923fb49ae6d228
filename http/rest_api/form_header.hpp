#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

// Header lines in the parts of a form. Pure.

struct header_line {
  std::string_view name;
  /// Without blanks around.
  std::string_view value;
};

/// nullopt for a line without a name or a colon.
[[nodiscard]] std::optional<header_line> split_header(std::string_view line);

/// Whether two names are the same in any case, blanks around them left out.
[[nodiscard]] bool same_name(std::string_view left, std::string_view right);

/// The value of a parameter: of `form-data; name="a"; size=3` that of `name` is `a`. nullopt when
/// it is not there.
[[nodiscard]] std::optional<std::string> parameter_of(std::string_view value,
                                                      std::string_view name);

/// The file name of a Content-Disposition: `filename*` (RFC 8187, in UTF-8) before `filename`.
[[nodiscard]] std::optional<std::string> file_name_of(std::string_view disposition);

} // namespace muster::http::rest
