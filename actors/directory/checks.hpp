#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/error.hpp"
#include "actors/queries/queries.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace muster {

// What the directory's parts check alike, and what they have in common.

/// How long a command to a device's actor may wait.
inline constexpr milliseconds command_deadline = 10'000;

/// The tenant of its administrator; forbidden to everybody else.
inline result<tenant_id> administered_tenant(const caller& who) {
  if (who.role != authority::tenant_administrator || !who.tenant) {
    return fail(error_code::forbidden, no_permission);
  }
  return *who.tenant;
}

inline result<void> system_only(const caller& who) {
  return who.role == authority::system_administrator
             ? result<void>()
             : tl::unexpected(error{error_code::forbidden, no_permission});
}

/// Unwraps what must be there: storage errors stay, nothing found becomes `missing`.
template <class T>
result<T> required(result<std::optional<T>> found, error missing) {
  if (!found) {
    return tl::unexpected(std::move(found.error()));
  }
  if (!*found) {
    return tl::unexpected(std::move(missing));
  }
  return std::move(**found);
}

inline bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

/// `kind` as people read it.
inline result<void> not_blank(std::string_view text, const char* what) {
  return is_blank(text) ? fail(error_code::invalid, std::string(what) + " should be specified!")
                        : result<void>();
}

inline error missing(const char* kind, const uuid& id) {
  return {error_code::not_found,
          std::string(kind) + " with id [" + to_string(id) + "] is not found"};
}

/// The version a change was made from is not the present one any more.
inline error changed_by_others(const char* kind) {
  return {error_code::version_conflict, std::string(kind) + " was changed by someone else"};
}

/// Of a change that names the version it was made from.
template <class Entity>
result<void> same_version(const Entity& present, const std::optional<std::uint64_t>& expected,
                          const char* kind) {
  return expected && *expected != present.version ? tl::unexpected(changed_by_others(kind))
                                                  : result<void>();
}

/// Makes credentials the first ones of a new device.
inline void make_first(credentials& access, const device_info& of) {
  access.id = random_uuid();
  access.created = of.created;
  access.device = of.id;
  access.version = 1;
}

/// A new entity has no identifier.
template <class Id>
bool is_new(const Id& id) {
  return id == Id{};
}

} // namespace muster
