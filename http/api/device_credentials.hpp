#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

/// `ACCESS_TOKEN` and so on.
[[nodiscard]] std::string_view credentials_type_name(credentials_type type) noexcept;
[[nodiscard]] std::optional<credentials_type>
credentials_type_from_name(std::string_view name) noexcept;

/// Checks type, id and value as somebody gave them, and fills in what follows from them: for X.509
/// and MQTT the id is the SHA3-256 of what identifies the device, whatever was given.
[[nodiscard]] result<void> complete_credentials(credentials& access);

/// What a path or a header can carry: 1 to 255 characters, neither controls nor slashes.
[[nodiscard]] result<void> check_access_token(std::string_view token);

/// What a device with this certificate is known by: the hash of its Base64, as of a PEM file
/// without frame and line ends.
[[nodiscard]] std::string certificate_id(std::string_view der);

/// SHA3-256 in lower-case hexadecimal digits.
[[nodiscard]] std::string sha3_text(std::string_view text);

} // namespace muster::http
