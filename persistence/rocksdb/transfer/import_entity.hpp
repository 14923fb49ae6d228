#pragma once

#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/database.hpp"
#include "persistence/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace muster::persistence::rocks {

// What an import must know of each kind of entity of the directory: its key, its change, which of
// its names nobody else may have, and how people call it.

template <class Row>
struct imported_kind;
template <>
struct imported_kind<tenant> {
  static constexpr auto kind = keys::directory_kind::tenant;
  using put = put_tenant;
};
template <>
struct imported_kind<customer> {
  static constexpr auto kind = keys::directory_kind::customer;
  using put = put_customer;
};
template <>
struct imported_kind<device_profile> {
  static constexpr auto kind = keys::directory_kind::profile;
  using put = put_profile;
};
template <>
struct imported_kind<user> {
  static constexpr auto kind = keys::directory_kind::user;
  using put = put_user;
};
template <>
struct imported_kind<package_info> {
  static constexpr auto kind = keys::directory_kind::package;
  using put = put_package;
};
template <>
struct imported_kind<rule_chain> {
  static constexpr auto kind = keys::directory_kind::rule_chain;
  using put = put_rule_chain;
};

/// `tenant "Tenant"`.
std::string text_of(const tenant& row);
std::string text_of(const customer& row);
std::string text_of(const device_profile& row);
std::string text_of(const user& row);
std::string text_of(const package_info& row);
std::string text_of(const rule_chain& row);
std::string text_of(const device_info& row);

/// That nobody else has the names that must be unique. `old`: what is replaced, whose names may
/// stay.
std::vector<precondition> names_free(const tenant& now, const std::optional<tenant>& old);
std::vector<precondition> names_free(const customer& now, const std::optional<customer>& old);
std::vector<precondition> names_free(const device_profile& now,
                                     const std::optional<device_profile>& old);
std::vector<precondition> names_free(const user& now, const std::optional<user>& old);
std::vector<precondition> names_free(const package_info& now,
                                     const std::optional<package_info>& old);
std::vector<precondition> names_free(const rule_chain& now, const std::optional<rule_chain>& old);

/// Of a row whose key is another one's.
tl::unexpected<error> misplaced();

/// Of an entity that a device may be related to.
result<bool> is_there(const database& in, const entity_ref& entity);

/// What removes all of a device that is there.
result<erase_device> erasure_of(const database& in, const device_id& device);

/// nullopt: there is none. Error: storage_unavailable.
template <class Row>
result<std::optional<Row>> stored_row(const database& in, family which, std::string_view key) {
  rocksdb::PinnableSlice bytes;
  return in.get(which, key, bytes).and_then([&](bool there) -> result<std::optional<Row>> {
    if (!there) {
      return std::nullopt;
    }
    Row row{};
    return decode(bytes.ToStringView(), row).map([&] { return std::optional(std::move(row)); });
  });
}

} // namespace muster::persistence::rocks
