#include "persistence/rocksdb/transfer/store_export.hpp"

#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/transfer/called_chains.hpp"

#include <array>
#include <set>
#include <string>
#include <vector>

namespace muster::persistence {

namespace {

using keys::directory_kind;

constexpr std::array before_devices{
    directory_kind::tenant,           directory_kind::customer, directory_kind::rule_chain,
    directory_kind::package,          directory_kind::profile,  directory_kind::user,
    directory_kind::setting,          directory_kind::job,      directory_kind::revocation,
    directory_kind::entity_attribute, directory_kind::audit,    directory_kind::rule_event};

class row_export {
public:
  row_export(data_folder& data, const export_visitor& visit, const package_visitor& visit_package)
      : data_(data), visit_(visit), visit_package_(visit_package) {}

  result<void> all() {
    for (const auto kind : before_devices) {
      if (auto done = rows("directory", keys::of_directory(kind)); !done) {
        return done;
      }
    }
    return devices().and_then(
        [&] { return rows("directory", keys::of_directory(directory_kind::relation)); });
  }

  result<void> one(const device_id& id) {
    const std::string prefix(keys::view(keys::of_device(id)));
    device_info info;
    auto read = read_row(
        "devices", keys::view(keys::of_device_row(keys::of_device(id), keys::device_kind::info)),
        info);
    if (!read) {
      return tl::unexpected(std::move(read.error()));
    }
    if (!*read) {
      return fail(error_code::not_found, "there is no device " + to_string(id));
    }
    return rests_on(info)
        .and_then([&] { return rows("devices", prefix); })
        .and_then([&] { return rows("timeseries", prefix); })
        .and_then([&] { return relations_of(id); });
  }

private:
  result<void> rows(const char* family, const std::string& prefix) {
    result<void> taken;
    auto done = data_.scan(family, prefix, [&](std::string_view key, std::string_view row) {
      taken = bytes_of(key, row).and_then([&] { return visit_(family, key, row); });
      return taken.has_value();
    });
    return done.and_then([&] { return taken; });
  }

  /// Nothing, unless it is the row of a package. One that cannot be read is told of by whoever
  /// takes the row.
  result<void> bytes_of(std::string_view key, std::string_view row) {
    package_info package;
    const bool is_package =
        visit_package_ && key.starts_with(keys::of_directory(directory_kind::package));
    return is_package && decode(row, package) && package.content ? visit_package_(package)
                                                                 : result<void>();
  }

  result<void> devices() {
    std::string prefix;
    result<void> taken;
    auto done = data_.scan("devices", {}, [&](std::string_view key, std::string_view row) {
      if (const auto here = key.substr(0, keys::prefix_size); here != prefix) {
        taken = prefix.empty() ? result<void>() : rows("timeseries", prefix);
        prefix = here;
      }
      taken = taken.and_then([&] { return visit_("devices", key, row); });
      return taken.has_value();
    });
    return done.and_then([&] { return taken; }).and_then([&] {
      return prefix.empty() ? result<void>() : rows("timeseries", prefix);
    });
  }

  /// False: there is none.
  template <class Row>
  result<bool> read_row(const char* family, std::string_view key, Row& into) {
    const auto bytes = data_.get(family, key);
    if (!bytes) {
      return tl::unexpected(bytes.error());
    }
    if (!*bytes) {
      return false;
    }
    return decode(**bytes, into).map([] { return true; });
  }

  template <class Id>
  result<void> entity(directory_kind kind, const std::optional<Id>& id) {
    return id ? entity(kind, id->value) : result<void>();
  }
  /// Once.
  result<void> entity(directory_kind kind, const uuid& id) {
    const std::string key = keys::of_directory(kind, id);
    if (!visited_.insert(key).second) {
      return {};
    }
    const auto row = data_.get("directory", key);
    if (!row) {
      return tl::unexpected(row.error());
    }
    return *row ? bytes_of(key, **row).and_then([&] { return visit_("directory", key, **row); })
                : result<void>();
  }

  /// With those that it calls, and so on.
  result<void> chains(const std::optional<rule_chain_id>& first) {
    std::vector<uuid> left;
    if (first) {
      left.push_back(first->value);
    }
    while (!left.empty()) {
      const uuid id = left.back();
      left.pop_back();
      if (visited_.contains(keys::of_directory(directory_kind::rule_chain, id))) {
        continue;
      }
      rule_chain chain;
      const auto there =
          read_row("directory", keys::of_directory(directory_kind::rule_chain, id), chain);
      if (!there) {
        return tl::unexpected(there.error());
      }
      visit_called_chains(chain, [&](const uuid& called) { left.push_back(called); });
      if (auto done = entity(directory_kind::rule_chain, id); !done) {
        return done;
      }
    }
    return {};
  }

  result<void> rests_on(const device_info& info) {
    device_profile profile;
    const auto found = read_row(
        "directory", keys::of_directory(directory_kind::profile, info.profile.value), profile);
    if (!found) {
      return tl::unexpected(found.error());
    }
    return entity(directory_kind::tenant, info.tenant.value)
        .and_then([&] { return entity(directory_kind::customer, info.customer); })
        .and_then([&] { return chains(profile.default_rule_chain); })
        .and_then([&] { return entity(directory_kind::package, profile.firmware); })
        .and_then([&] { return entity(directory_kind::package, profile.software); })
        .and_then([&] { return entity(directory_kind::package, info.firmware); })
        .and_then([&] { return entity(directory_kind::package, info.software); })
        .and_then([&] { return entity(directory_kind::profile, info.profile.value); });
  }

  /// In both directions, each as it lies at the one that it goes from.
  result<void> relations_of(const device_id& id) {
    const entity_ref device{entity_type::device, id.value};
    result<void> taken;
    const auto take_other = [&](std::string_view key, std::string_view row) {
      taken = visit_("directory", keys::other_direction(key), row);
      return taken.has_value();
    };
    return rows("directory", keys::of_entity(directory_kind::relation, device))
        .and_then([&] {
          return data_.scan("directory", keys::of_entity(directory_kind::relation_to, device),
                            take_other);
        })
        .and_then([&] { return taken; });
  }

  data_folder& data_;
  const export_visitor& visit_;
  const package_visitor& visit_package_;
  std::set<std::string> visited_;
};

} // namespace

result<void> export_all(data_folder& data, const export_visitor& visit,
                        const package_visitor& visit_package) {
  return row_export(data, visit, visit_package).all();
}

result<void> export_device(data_folder& data, const device_id& device, const export_visitor& visit,
                           const package_visitor& visit_package) {
  return row_export(data, visit, visit_package).one(device);
}

} // namespace muster::persistence
