#include "persistence/rocksdb/transfer/import_directory.hpp"

#include "persistence/packages/checksum.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/transfer/import_entity.hpp"
#include "persistence/rocksdb/transfer/staged_packages.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

constexpr std::size_t entity_attribute_at = 1 + 1 + 16;

} // namespace

result<void> check_entity(const staged_store& into, const device_profile& row, import_report&) {
  if (!row.is_default) {
    return {};
  }
  const std::string key = keys::of_directory(directory_kind::default_profile, row.tenant.value);
  rocksdb::PinnableSlice bytes;
  return into.rows().get(family::directory, key, bytes).and_then([&](bool there) -> result<void> {
    uuid present = row.id.value;
    if (there) {
      if (auto read = decode_id(bytes.ToStringView(), present); !read) {
        return read;
      }
    }
    return present == row.id.value
               ? result<void>()
               : fail(error_code::already_exists,
                      "another profile there is its tenant's default, as " + text_of(row) + " is");
  });
}

result<void> check_entity(const staged_store& into, const package_info& row,
                          import_report& report) {
  if (row.content) {
    const std::string name = persistence::hexadecimal(
        {reinterpret_cast<const char*>(row.content->data()), row.content->size()});
    if (!staged_packages::has(into.folder(), name)) {
      report.notes.push_back("the bytes of " + text_of(row) + " are not there: copy packages/" +
                             name + " from the other data folder");
    }
  }
  return {};
}

result<void> directory_import::add(std::string_view key, std::string_view bytes) {
  switch (key.empty() ? directory_kind::format : static_cast<directory_kind>(key[0])) {
  case directory_kind::tenant:
    return entity<tenant>(key, bytes);
  case directory_kind::customer:
    return entity<customer>(key, bytes);
  case directory_kind::profile:
    return entity<device_profile>(key, bytes);
  case directory_kind::user:
    return entity<user>(key, bytes);
  case directory_kind::package:
    return entity<package_info>(key, bytes);
  case directory_kind::rule_chain:
    return entity<rule_chain>(key, bytes);
  case directory_kind::relation:
    return plain<relation>(
        key, bytes,
        [](const relation& row) {
          return keys::of_relation(directory_kind::relation, row.from, row.to, row.type);
        },
        [](relation row) { return put_relation{std::move(row)}; });
  case directory_kind::rule_event:
    return plain<rule_event>(
        key, bytes,
        [](const rule_event& row) { return keys::of_rule_event(row.node, row.created, row.id); },
        [](rule_event row) { return put_rule_event{std::move(row)}; });
  case directory_kind::audit:
    return plain<audit_entry>(
        key, bytes,
        [](const audit_entry& row) {
          return keys::of_audit(row.tenant ? row.tenant->value : uuid{}, row.created, row.id);
        },
        [](audit_entry row) { return put_audit{std::move(row)}; });
  case directory_kind::job:
    return plain<job>(
        key, bytes, [](const job& row) { return keys::of_directory(directory_kind::job, row.id); },
        [](const job& row) { return put_job{row}; });
  case directory_kind::revocation:
    return plain<put_revocation>(
        key, bytes,
        [](const put_revocation& row) {
          return keys::of_directory(directory_kind::revocation, row.subject);
        },
        [](put_revocation row) { return row; });
  case directory_kind::entity_attribute:
    return entity_attribute(key, bytes);
  case directory_kind::setting:
    return setting(key, bytes);
  default:
    return fail(error_code::invalid,
                "a row that an import makes itself: " + key_text(family::directory, key));
  }
}

template <class Row>
result<void> directory_import::entity(std::string_view key, std::string_view bytes) {
  Row row{};
  if (auto read = decode(bytes, row); !read) {
    return read;
  }
  if (key != keys::of_directory(imported_kind<Row>::kind, row.id.value)) {
    return misplaced();
  }
  if (auto flushed = batch_.flush(); !flushed) {
    return flushed;
  }
  const auto same = same_is_there(key, bytes, text_of(row));
  if (!same || *same) {
    return same ? result<void>() : tl::unexpected(same.error());
  }
  auto old = stored_row<Row>(into_.rows(), family::directory, key);
  if (!old) {
    return tl::unexpected(std::move(old.error()));
  }
  return check_entity(into_, row, report_).and_then([&] {
    auto conditions = names_free(row, *old);
    return put(typename imported_kind<Row>::put{std::move(*old), std::move(row)},
               std::move(conditions));
  });
}

template <class Row, class KeyOf, class Put>
result<void> directory_import::plain(std::string_view key, std::string_view bytes, KeyOf key_of,
                                     Put put_row) {
  Row row{};
  if (auto read = decode(bytes, row); !read) {
    return read;
  }
  if (key != key_of(row)) {
    return misplaced();
  }
  return same_is_there(key, bytes, key_text(family::directory, key)).and_then([&](bool same) {
    return same ? result<void>() : put(put_row(std::move(row)));
  });
}

result<void> directory_import::entity_attribute(std::string_view key, std::string_view bytes) {
  entity_ref entity;
  const bool whole =
      key.size() > entity_attribute_at && static_cast<std::uint8_t>(key[1]) < entity_types;
  if (whole) {
    entity.kind = static_cast<entity_type>(key[1]);
    std::copy_n(key.begin() + 2, entity.id.bytes.size(), entity.id.bytes.begin());
  }
  return plain<attribute>(
      key, bytes,
      [&](const attribute& row) {
        return whole ? keys::of_entity_attribute(entity, row.key) : std::string();
      },
      [&](attribute row) {
        return put_entity_attribute{entity, std::move(row)};
      });
}

result<void> directory_import::setting(std::string_view key, std::string_view bytes) {
  put_setting row;
  row.name = key.substr(1);
  if (auto read = decode_text(bytes, row.bytes); !read) {
    return read;
  }
  return same_is_there(key, bytes, "the setting \"" + row.name + "\"").and_then([&](bool same) {
    return same ? result<void>() : put(std::move(row));
  });
}

result<bool> directory_import::same_is_there(std::string_view key, std::string_view bytes,
                                             const std::string& what) {
  rocksdb::PinnableSlice stored;
  return into_.rows().get(family::directory, key, stored).and_then([&](bool there) -> result<bool> {
    if (!there) {
      return false;
    }
    if (stored.ToStringView() == bytes) {
      ++report_.there_already;
      return true;
    }
    if (replace_) {
      return false;
    }
    return fail(error_code::already_exists,
                what + " is there already, and differs: --replace puts the file's in its place");
  });
}

result<void> directory_import::put(mutation what, std::vector<precondition> conditions) {
  write change;
  change.mutations.push_back(std::move(what));
  change.preconditions = std::move(conditions);
  ++report_.other_rows;
  return batch_.add(change);
}

} // namespace muster::persistence::rocks
