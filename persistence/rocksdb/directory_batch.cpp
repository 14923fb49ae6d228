#include "persistence/rocksdb/directory_batch.hpp"

#include "persistence/directory/lower_case.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/batch_steps.hpp"

#include <algorithm>

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

bool has_fields(const device_info& device) {
  return device.calculated_fields != json_text{"null"};
}

/// Whether changing one into the other changes what lists show.
bool listed_alike(const device_info& a, const device_info& b) {
  return a.tenant == b.tenant && a.customer == b.customer && a.profile == b.profile &&
         a.name == b.name && a.type == b.type && a.label == b.label && a.created == b.created &&
         has_fields(a) == has_fields(b);
}

keys::owner of_tenant(const device_info& device) {
  return {device.tenant.value, {}};
}

keys::owner of_profile(const device_info& device) {
  return {device.tenant.value, device.profile.value};
}

} // namespace

void directory_batch::add(const put_device& row) {
  if (row.old) {
    refer(row.old->firmware, -1);
    refer(row.old->software, -1);
  } else {
    devices_[row.now.id] = true;
  }
  refer(row.now.firmware, 1);
  refer(row.now.software, 1);
  if (row.old && listed_alike(*row.old, row.now)) {
    return;
  }
  if (row.old) {
    unindex(*row.old);
  }
  index(row.now);
}

void directory_batch::add(const put_credentials& row) {
  const auto& now = row.now;
  if (row.old && row.old->credentials_id != now.credentials_id) {
    erase_row(keys::of_token(row.old->credentials_id));
  }
  put_row(keys::of_token(now.credentials_id),
          encoded(token_owner{now.device, now.version, row.tenant, row.profile, now.type}));
}

void directory_batch::add(const put_revocation& row) {
  put_row(keys::of_directory(directory_kind::revocation, row.subject), encoded(row));
}

void directory_batch::add(const put_setting& row) {
  std::string bytes;
  encode_text(row.bytes, bytes);
  put_row(keys::of_directory(directory_kind::setting, row.name), std::move(bytes));
}

void directory_batch::put_place(const rpc_id& rpc, const device_id& device, timestamp ended) {
  put_row(keys::of_directory(directory_kind::rpc, rpc.value), encoded(rpc_place{device, ended}));
}

void directory_batch::erase_place(const rpc_id& rpc) {
  erase_row(keys::of_directory(directory_kind::rpc, rpc.value));
}

result<void> directory_batch::add(const erase_device& row) {
  refer(row.info.firmware, -1);
  refer(row.info.software, -1);
  unindex(row.info);
  erase_row(keys::of_token(row.access.credentials_id));
  devices_[row.info.id] = false;
  return erase_all_of({entity_type::device, row.info.id.value});
}

result<std::uint64_t> directory_batch::count(const std::string& key) {
  const auto bytes = find(key);
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  std::uint64_t stored = 0;
  if (*bytes) {
    if (auto read = decode_number(**bytes, stored); !read) {
      return tl::unexpected(read.error());
    }
  }
  const auto change = counts_.find(key);
  return stored + (change == counts_.end() ? 0 : static_cast<std::uint64_t>(change->second));
}

result<void> directory_batch::put_counts() {
  for (const auto& [key, change] : counts_) {
    if (change == 0) {
      continue;
    }
    const auto now = count(key);
    if (!now) {
      return tl::unexpected(now.error());
    }
    if (*now == 0) {
      rows_.insert_or_assign(key, std::nullopt);
    } else {
      std::string bytes;
      encode_number(*now, bytes);
      rows_.insert_or_assign(key, std::move(bytes));
    }
  }
  return {};
}

result<void> directory_batch::finish() {
  if (auto put = put_counts(); !put) {
    return put;
  }
  for (const auto& [begin, end] : ranges_) {
    auto erased =
        to_result(into_.DeleteRange(from_.of(family::directory), slice(begin), slice(end)));
    if (!erased) {
      return erased;
    }
  }
  for (const auto& [key, bytes] : rows_) {
    if (auto put = write(key, bytes); !put) {
      return put;
    }
  }
  // Changes of one key stay in their order.
  std::ranges::stable_sort(listed_, {}, &decltype(listed_)::value_type::first);
  for (const auto& [key, bytes] : listed_) {
    if (auto put = write(key, bytes); !put) {
      return put;
    }
  }
  return {};
}

result<void> directory_batch::write(const std::string& key, const stored_row& bytes) {
  auto* directory = from_.of(family::directory);
  return to_result(bytes ? into_.Put(directory, slice(key), slice(*bytes))
                         : into_.Delete(directory, slice(key)));
}

void directory_batch::put_row(std::string&& key, std::string&& bytes) {
  versions_.erase(key);
  rows_.insert_or_assign(std::move(key), std::move(bytes));
}

void directory_batch::erase_row(std::string&& key) {
  versions_.erase(key);
  rows_.insert_or_assign(std::move(key), std::nullopt);
}

result<std::optional<std::string>> directory_batch::find(const std::string& key) {
  if (const auto found = rows_.find(key); found != rows_.end()) {
    return found->second;
  }
  rocksdb::PinnableSlice bytes;
  return from_.get(family::directory, key, bytes).map([&](bool there) {
    return there ? std::optional(bytes.ToString()) : std::nullopt;
  });
}

result<bool> directory_batch::absent(const std::string& key) {
  return find(key).map([](const auto& bytes) { return !bytes.has_value(); });
}

void directory_batch::put_listed(std::string&& key, std::string&& bytes) {
  listed_.emplace_back(std::move(key), std::move(bytes));
}

void directory_batch::erase_listed(std::string&& key) {
  listed_.emplace_back(std::move(key), std::nullopt);
}

void directory_batch::list(const keys::owner& whose, const device_info& device) {
  ++counts_[keys::of_owner(directory_kind::count, whose)];
  const listed_device shown{device.created, device.type, device.label.value_or(std::string()),
                            device.profile};
  put_listed(keys::of_listed_by_name(whose, lower_case(device.name), device.id), encoded(shown));
  put_listed(keys::of_listed_by_time(whose, device.created, device.id), {});
}

void directory_batch::unlist(const keys::owner& whose, const device_info& device) {
  --counts_[keys::of_owner(directory_kind::count, whose)];
  erase_listed(keys::of_listed_by_name(whose, lower_case(device.name), device.id));
  erase_listed(keys::of_listed_by_time(whose, device.created, device.id));
}

void directory_batch::index(const device_info& device) {
  put_row(keys::of_directory(directory_kind::device_name, device.tenant.value, device.name),
          encoded_id(device.id.value));
  ++counts_[keys::of_owner(directory_kind::count, {})];
  list(of_tenant(device), device);
  if (device.customer) {
    list({device.tenant.value, device.customer->value}, device);
  }
  if (has_fields(device)) {
    list(keys::with_fields(device.tenant), device);
  }
  ++counts_[keys::of_owner(directory_kind::count, of_profile(device))];
  put_listed(keys::of_listed_by_time(of_profile(device), device.created, device.id), {});
}

void directory_batch::unindex(const device_info& device) {
  erase_row(keys::of_directory(directory_kind::device_name, device.tenant.value, device.name));
  --counts_[keys::of_owner(directory_kind::count, {})];
  unlist(of_tenant(device), device);
  if (device.customer) {
    unlist({device.tenant.value, device.customer->value}, device);
  }
  if (has_fields(device)) {
    unlist(keys::with_fields(device.tenant), device);
  }
  --counts_[keys::of_owner(directory_kind::count, of_profile(device))];
  erase_listed(keys::of_listed_by_time(of_profile(device), device.created, device.id));
}

} // namespace muster::persistence::rocks
