#pragma once

#include "actors/model/entity.hpp"
#include "http/rest_api/body.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace muster::http::rest {

/// A customer or a tenant as an application wrote it; what the server gives is not filled in.
template <class Entity>
struct owner_body {
  bool creates = true;
  Entity entity;
  std::optional<std::uint64_t> version;
};

/// Members that are absent are null. Errors are `invalid`.
[[nodiscard]] result<owner_body<customer>> read_customer_body(const body_members& body);
[[nodiscard]] result<owner_body<tenant>> read_tenant_body(const body_members& body);

/// Whether mail could reach it: a name, `@`, a domain with a dot; no blanks.
[[nodiscard]] bool plausible_email(std::string_view text) noexcept;

} // namespace muster::http::rest
