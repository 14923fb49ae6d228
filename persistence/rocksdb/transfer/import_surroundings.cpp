#include "persistence/rocksdb/transfer/import_surroundings.hpp"

#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/transfer/called_chains.hpp"
#include "persistence/rocksdb/transfer/import_directory.hpp"
#include "persistence/rocksdb/transfer/import_entity.hpp"
#include "persistence/rocksdb/walk.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;
using found_id = result<std::optional<uuid>>;

found_id by_key(const database& in, const std::string& key) {
  rocksdb::PinnableSlice bytes;
  return in.get(family::directory, key, bytes).and_then([&](bool there) -> found_id {
    if (!there) {
      return std::nullopt;
    }
    uuid id;
    return decode_id(bytes.ToStringView(), id).map([&] { return std::optional(id); });
  });
}

// By what people call it.

found_id by_name(const database& in, const tenant& row) {
  return by_key(in, keys::of_directory(directory_kind::tenant_title, row.title));
}
found_id by_name(const database& in, const customer& row) {
  return by_key(in,
                keys::of_directory(directory_kind::customer_title, row.tenant.value, row.title));
}
found_id by_name(const database& in, const device_profile& row) {
  return by_key(in, keys::of_directory(directory_kind::profile_name, row.tenant.value, row.name));
}
found_id by_name(const database& in, const package_info& row) {
  return by_key(in, keys::of_package_name(row.tenant, row.title, row.release));
}
found_id by_name(const database& in, const rule_chain& row) {
  std::optional<uuid> found;
  return walk(in, keys::of_directory(directory_kind::rule_chain), false,
              [&](std::string_view, std::string_view bytes) -> result<bool> {
                rule_chain one;
                return decode(bytes, one).map([&] {
                  if (one.tenant == row.tenant && one.name == row.name) {
                    found = one.id.value;
                  }
                  return !found;
                });
              })
      .map([&] { return found; });
}

// What an entity names of the others.

void apply(const id_map&, tenant&) {}
void apply(const id_map& ids, customer& row) {
  ids.apply(row.tenant);
}
void apply(const id_map& ids, rule_chain& row) {
  ids.apply(row.tenant);
  visit_called_chains(row, [&](uuid& called) { ids.apply(called); });
}
void apply(const id_map& ids, package_info& row) {
  ids.apply(row.tenant);
  ids.apply(row.profile);
}
void apply(const id_map& ids, device_profile& row) {
  ids.apply(row.tenant);
  ids.apply(row.firmware);
  ids.apply(row.software);
  ids.apply(row.default_rule_chain);
}

// A tenant has one default profile and one root chain: those that are there stay it.

template <class Row>
result<void> give_way(const database&, Row&) {
  return {};
}
result<void> give_way(const database& in, device_profile& row) {
  return by_key(in, keys::of_directory(directory_kind::default_profile, row.tenant.value))
      .map([&](const auto& there) { row.is_default = row.is_default && !there; });
}
result<void> give_way(const database& in, rule_chain& row) {
  return by_key(in, keys::of_directory(directory_kind::root_rule_chain, row.tenant.value))
      .map([&](const auto& there) { row.root = row.root && !there; });
}

} // namespace

result<void> surroundings_import::add(std::string_view key, std::string_view bytes) {
  switch (key.empty() ? directory_kind::format : static_cast<directory_kind>(key[0])) {
  case directory_kind::tenant:
    return keep(key, bytes, tenants_);
  case directory_kind::customer:
    return keep(key, bytes, customers_);
  case directory_kind::rule_chain:
    return keep(key, bytes, chains_);
  case directory_kind::package:
    return keep(key, bytes, packages_);
  case directory_kind::profile:
    return keep(key, bytes, profiles_);
  default:
    return fail(error_code::invalid,
                "a device does not rest on " + key_text(family::directory, key));
  }
}

template <class Row>
result<void> surroundings_import::keep(std::string_view key, std::string_view bytes,
                                       std::vector<Row>& in) {
  Row row{};
  return decode(bytes, row).and_then([&]() -> result<void> {
    if (key != keys::of_directory(imported_kind<Row>::kind, row.id.value)) {
      return misplaced();
    }
    in.push_back(std::move(row));
    return {};
  });
}

/// Each is found once what its name depends on is: the tenant first. All are found before any is
/// made, since packages and profiles name each other.
result<void> surroundings_import::settle() {
  return find(tenants_)
      .and_then([&] { return find(customers_); })
      .and_then([&] { return find(chains_); })
      .and_then([&] { return find(packages_); })
      .and_then([&] { return find(profiles_); })
      .and_then([&] { return make(tenants_); })
      .and_then([&] { return make(customers_); })
      .and_then([&] { return make(chains_); })
      .and_then([&] { return make(packages_); })
      .and_then([&] { return make(profiles_); });
}

template <class Row>
result<void> surroundings_import::find(std::vector<Row>& rows) {
  std::vector<Row> missing;
  for (auto& row : rows) {
    apply(ids_, row);
    const std::string key = keys::of_directory(imported_kind<Row>::kind, row.id.value);
    rocksdb::PinnableSlice bytes;
    const auto there = into_.rows().get(family::directory, key, bytes);
    if (!there) {
      return tl::unexpected(there.error());
    }
    if (*there) {
      ++report_.there_already;
      continue;
    }
    const auto other = by_name(into_.rows(), row);
    if (!other) {
      return tl::unexpected(other.error());
    }
    if (*other) {
      stands_for(text_of(row), row.id.value, **other);
    } else {
      missing.push_back(std::move(row));
    }
  }
  rows = std::move(missing);
  return {};
}

template <class Row>
result<void> surroundings_import::make(const std::vector<Row>& rows) {
  for (auto row : rows) {
    apply(ids_, row);
    auto done = batch_.flush().and_then([&] { return give_way(into_.rows(), row); }).and_then([&] {
      return check_entity(into_, row, report_);
    });
    if (!done) {
      return done;
    }
    report_.notes.push_back("there was no " + text_of(row) + ": it is made");
    write change;
    change.preconditions = names_free(row, std::optional<Row>());
    change.mutations.emplace_back(typename imported_kind<Row>::put{std::nullopt, std::move(row)});
    ++report_.other_rows;
    if (auto added = batch_.add(change); !added) {
      return added;
    }
  }
  return batch_.flush();
}

void surroundings_import::stands_for(const std::string& what, const uuid& from, const uuid& to) {
  ids_.put(from, to);
  ++report_.there_already;
  report_.notes.push_back(what + " is the one that is there, " + to_string(to));
}

result<void> surroundings_import::add_relation(std::string_view bytes) {
  relation row;
  auto ready = decode(bytes, row).and_then([&] { return batch_.flush(); });
  if (!ready) {
    return ready;
  }
  ids_.apply(row.from.id);
  ids_.apply(row.to.id);
  for (const auto& end : {row.from, row.to}) {
    const auto there = is_there(into_.rows(), end);
    if (!there) {
      return tl::unexpected(there.error());
    }
    if (!*there) {
      report_.notes.push_back("the relation \"" + row.type + "\" with " + to_string(end.id) +
                              " is left out: that is not there");
      return {};
    }
  }
  write change;
  change.mutations.emplace_back(put_relation{std::move(row)});
  ++report_.other_rows;
  return batch_.add(change);
}

} // namespace muster::persistence::rocks
