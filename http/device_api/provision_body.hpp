#pragma once

#include "actors/model/change.hpp"
#include "http/codec/codec.hpp"

#include <string>
#include <string_view>

namespace muster::http {

/// What a device that wants to be known has written (device reference, section 8), without its
/// address. Credentials that can't be are passed on with an empty `credentials_id`, since that is
/// a failure only where they are needed. Error: malformed for a wrong shape.
[[nodiscard]] result<provision_device> read_provision_body(const codec* how, std::string_view body);

/// The answer to a device that is known now.
[[nodiscard]] std::string provisioned_json(const credentials& access);

} // namespace muster::http
