#pragma once

#include "http/api/package_answer.hpp"

#include <string>
#include <string_view>

namespace muster::http::rest {

/// The record's JSON with the member `data`: null, or the bytes of a package in base64.
[[nodiscard]] std::string with_data(std::string record, std::optional<std::string_view> bytes);

/// Makes `with_data` the body of `answer`, read piece by piece as the client takes it.
/// `beginning` is what `begin_package` gave for `all`.
void give_package_data(response& answer, package_files& from, std::string record,
                       const package_window& all, package_piece beginning);

} // namespace muster::http::rest
