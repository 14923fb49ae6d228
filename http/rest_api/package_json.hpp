#pragma once

#include "actors/model/package.hpp"
#include "http/rest_api/body.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace muster::http::rest {

/// What a client says of a package without its bytes (reference REST, section 7).
struct package_body {
  /// Present: change that one.
  std::optional<package_id> id;
  /// Identity, times, tenant and content are not the client's to say.
  package_info info;
};

/// invalid, with the reference's words, for what is missing or too long.
[[nodiscard]] result<package_body> read_package_body(const body_members& members);

/// Appends one object; bytes are not in it.
void append_package(std::string& out, const package_info& package);

[[nodiscard]] std::string_view package_type_name(package_type type) noexcept;
/// The name exactly.
[[nodiscard]] std::optional<package_type> package_type_from_name(std::string_view name) noexcept;

[[nodiscard]] std::string_view checksum_algorithm_name(checksum_algorithm which) noexcept;
/// The name in any case.
[[nodiscard]] std::optional<checksum_algorithm>
checksum_algorithm_from_name(std::string_view name) noexcept;

} // namespace muster::http::rest
