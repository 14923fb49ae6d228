#include "persistence/rocksdb/batch_steps.hpp"
#include "persistence/rocksdb/directory_batch.hpp"
#include "persistence/rocksdb/walk.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

} // namespace

void directory_batch::add(const put_relation& row) {
  const auto& now = row.now;
  const std::string bytes = encoded(now);
  put_row(keys::of_relation(directory_kind::relation, now.from, now.to, now.type),
          std::string(bytes));
  put_row(keys::of_relation(directory_kind::relation_to, now.to, now.from, now.type),
          std::string(bytes));
}

void directory_batch::add(const erase_relation& row) {
  erase_row(keys::of_relation(directory_kind::relation, row.from, row.to, row.type));
  erase_row(keys::of_relation(directory_kind::relation_to, row.to, row.from, row.type));
}

void directory_batch::add(const put_entity_attribute& row) {
  put_row(keys::of_entity_attribute(row.entity, row.now.key), encoded(row.now));
}

void directory_batch::add(const erase_entity_attribute& row) {
  erase_row(keys::of_entity_attribute(row.entity, row.key));
}

/// Stored, or put by this very batch.
result<std::vector<std::string>> directory_batch::keys_of(const std::string& prefix) {
  std::vector<std::string> found;
  const auto walked = walk(from_, prefix, false, [&](std::string_view key, std::string_view) {
    found.emplace_back(key);
    return result<bool>(true);
  });
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  for (auto row = rows_.lower_bound(prefix); row != rows_.end() && row->first.starts_with(prefix);
       ++row) {
    found.push_back(row->first);
  }
  return found;
}

result<void> directory_batch::erase_all_of(const entity_ref& gone) {
  for (const auto kind : {directory_kind::relation, directory_kind::relation_to}) {
    auto all = keys_of(keys::of_entity(kind, gone));
    if (!all) {
      return tl::unexpected(std::move(all.error()));
    }
    for (auto& key : *all) {
      erase_row(keys::other_direction(key));
      erase_row(std::move(key));
    }
  }
  if (gone.kind == entity_type::device) {
    return {};
  }
  return keys_of(keys::of_entity(directory_kind::entity_attribute, gone)).map([&](auto all) {
    for (auto& key : all) {
      erase_row(std::move(key));
    }
  });
}

result<bool> directory_batch::exists(const device_id& device) {
  if (const auto known = devices_.find(device); known != devices_.end()) {
    return known->second;
  }
  const auto key = keys::of_device_row(keys::of_device(device), keys::device_kind::info);
  rocksdb::PinnableSlice bytes;
  return from_.get(family::devices, keys::view(key), bytes);
}

} // namespace muster::persistence::rocks
