#include "persistence/rocksdb/directory_batch.hpp"

#include "persistence/directory/lower_case.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/batch_steps.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

/// Whether changing one into the other changes what lists show.
bool listed_alike(const device_info& a, const device_info& b) {
  return a.tenant == b.tenant && a.customer == b.customer && a.profile == b.profile &&
         a.name == b.name && a.type == b.type && a.label == b.label && a.created == b.created;
}

} // namespace

result<void> directory_batch::add(const put_device& row) {
  if (row.old) {
    refer(row.old->firmware, -1);
    refer(row.old->software, -1);
  }
  refer(row.now.firmware, 1);
  refer(row.now.software, 1);
  if (row.old && listed_alike(*row.old, row.now)) {
    return {};
  }
  return all_of([&] { return row.old ? unindex(*row.old) : result<void>(); },
                [&] { return index(row.now); });
}

result<void> directory_batch::add(const put_credentials& row) {
  const auto& now = row.now;
  const bool moved = row.old && row.old->credentials_id != now.credentials_id;
  return all_of(
      [&] { return moved ? erase_row(keys::of_token(row.old->credentials_id)) : result<void>(); },
      [&] {
        return put_row(
            keys::of_token(now.credentials_id),
            encoded(token_owner{now.device, now.version, row.tenant, row.profile, now.type}));
      });
}

result<void> directory_batch::add(const put_revocation& row) {
  return put_row(keys::of_directory(directory_kind::revocation, row.subject), encoded(row));
}

result<void> directory_batch::add(const put_setting& row) {
  std::string bytes;
  encode_text(row.bytes, bytes);
  return put_row(keys::of_directory(directory_kind::setting, row.name), bytes);
}

result<void> directory_batch::put_place(const rpc_id& rpc, const device_id& device,
                                        timestamp ended) {
  return put_row(keys::of_directory(directory_kind::rpc, rpc.value),
                 encoded(rpc_place{device, ended}));
}

result<void> directory_batch::erase_place(const rpc_id& rpc) {
  return erase_row(keys::of_directory(directory_kind::rpc, rpc.value));
}

result<void> directory_batch::add(const erase_device& row) {
  refer(row.info.firmware, -1);
  refer(row.info.software, -1);
  return all_of([&] { return unindex(row.info); },
                [&] { return erase_row(keys::of_token(row.access.credentials_id)); });
}

result<void> directory_batch::erase_places_put_for(const device_id& device) {
  const std::string kind = keys::of_directory(directory_kind::rpc);
  for (auto& [key, bytes] : overlay_) {
    rpc_place place;
    if (key.starts_with(kind) && bytes && decode(*bytes, place) && place.device == device) {
      bytes.reset();
      const auto erased = to_result(into_.Delete(from_.of(family::directory), slice(key)));
      if (!erased) {
        return erased;
      }
    }
  }
  return {};
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

result<void> directory_batch::finish() {
  for (const auto& [key, change] : counts_) {
    if (change == 0) {
      continue;
    }
    const auto now = count(key);
    if (!now) {
      return tl::unexpected(now.error());
    }
    std::string row;
    encode_number(*now, row);
    if (auto put = *now == 0 ? erase_row(key) : put_row(key, row); !put) {
      return put;
    }
  }
  return {};
}

result<void> directory_batch::put_row(const std::string& key, std::string_view row) {
  overlay_[key] = std::string(row);
  versions_.erase(key);
  return to_result(into_.Put(from_.of(family::directory), slice(key), slice(row)));
}

result<void> directory_batch::erase_row(const std::string& key) {
  overlay_[key] = std::nullopt;
  versions_.erase(key);
  return to_result(into_.Delete(from_.of(family::directory), slice(key)));
}

result<std::optional<std::string>> directory_batch::find(const std::string& key) {
  if (const auto found = overlay_.find(key); found != overlay_.end()) {
    return found->second;
  }
  rocksdb::PinnableSlice bytes;
  return from_.get(family::directory, key, bytes).map([&](bool there) {
    return there ? std::optional(bytes.ToString()) : std::nullopt;
  });
}

result<bool> directory_batch::absent(const std::string& key) {
  return find(key).map([](const auto& row) { return !row.has_value(); });
}

result<void> directory_batch::put_listed(const std::string& key, std::string_view row) {
  return to_result(into_.Put(from_.of(family::directory), slice(key), slice(row)));
}

result<void> directory_batch::erase_listed(const std::string& key) {
  return to_result(into_.Delete(from_.of(family::directory), slice(key)));
}

result<void> directory_batch::list(const keys::owner& whose, const device_info& device) {
  ++counts_[keys::of_owner(directory_kind::count, whose)];
  const listed_device row{device.created, device.type, device.label.value_or(std::string()),
                          device.profile};
  return all_of(
      [&] {
        return put_listed(keys::of_listed_by_name(whose, lower_case(device.name), device.id),
                          encoded(row));
      },
      [&] {
        return put_listed(keys::of_listed_by_time(whose, device.created, device.id), std::string());
      });
}

result<void> directory_batch::unlist(const keys::owner& whose, const device_info& device) {
  --counts_[keys::of_owner(directory_kind::count, whose)];
  return all_of(
      [&] {
        return erase_listed(keys::of_listed_by_name(whose, lower_case(device.name), device.id));
      },
      [&] { return erase_listed(keys::of_listed_by_time(whose, device.created, device.id)); });
}

result<void> directory_batch::index(const device_info& device) {
  ++counts_[keys::of_owner(directory_kind::count, {})];
  return all_of(
      [&] {
        return put_row(
            keys::of_directory(directory_kind::device_name, device.tenant.value, device.name),
            encoded_id(device.id.value));
      },
      [&] {
        return list({device.tenant.value, {}}, device);
      },
      [&] {
        return device.customer ? list({device.tenant.value, device.customer->value}, device)
                               : result<void>();
      },
      [&] {
        const keys::owner of_profile{device.tenant.value, device.profile.value};
        ++counts_[keys::of_owner(directory_kind::count, of_profile)];
        return put_listed(keys::of_listed_by_time(of_profile, device.created, device.id), {});
      });
}

result<void> directory_batch::unindex(const device_info& device) {
  --counts_[keys::of_owner(directory_kind::count, {})];
  return all_of(
      [&] {
        return erase_row(
            keys::of_directory(directory_kind::device_name, device.tenant.value, device.name));
      },
      [&] {
        return unlist({device.tenant.value, {}}, device);
      },
      [&] {
        return device.customer ? unlist({device.tenant.value, device.customer->value}, device)
                               : result<void>();
      },
      [&] {
        const keys::owner of_profile{device.tenant.value, device.profile.value};
        --counts_[keys::of_owner(directory_kind::count, of_profile)];
        return erase_listed(keys::of_listed_by_time(of_profile, device.created, device.id));
      });
}

} // namespace muster::persistence::rocks
