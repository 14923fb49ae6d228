#include "persistence/rocksdb/directory_batch.hpp"

#include "persistence/directory/lower_case.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

template <class Row>
std::string encoded(const Row& row) {
  std::string bytes;
  encode(row, bytes);
  return bytes;
}

std::string encoded_id(const uuid& id) {
  std::string bytes;
  encode_id(id, bytes);
  return bytes;
}

result<void> to_result(const rocksdb::Status& status) {
  return status.ok() ? result<void>() : tl::unexpected(error_of(status));
}

/// Whether changing one into the other changes what lists show.
bool listed_alike(const device_info& a, const device_info& b) {
  return a.tenant == b.tenant && a.customer == b.customer && a.name == b.name && a.type == b.type &&
         a.label == b.label && a.created == b.created;
}

/// Carries out steps until one fails.
template <class... Steps>
result<void> all_of(Steps... steps) {
  result<void> done;
  (void) ((done = steps(), done.has_value()) && ...);
  return done;
}

} // namespace

result<bool> directory_batch::holds(const precondition& condition) {
  const auto version_is = [this]<class Row>(const std::string& key, std::uint64_t version,
                                            Row row) -> result<bool> {
    auto bytes = find(key);
    if (!bytes) {
      return tl::unexpected(bytes.error());
    }
    if (!*bytes) {
      return false;
    }
    return decode(**bytes, row).map([&] { return row.version == version; });
  };
  struct judge {
    directory_batch& self;
    decltype(version_is)& same_version;

    result<bool> operator()(const device_name_free& c) const {
      return self.absent(keys::of_directory(directory_kind::device_name, c.tenant.value, c.name));
    }
    result<bool> operator()(const credentials_free& c) const {
      return self.absent(keys::of_token(c.credentials_id));
    }
    result<bool> operator()(const email_free& c) const {
      return self.absent(keys::of_directory(directory_kind::email, lower_case(c.email)));
    }
    result<bool> operator()(const profile_name_free& c) const {
      return self.absent(keys::of_directory(directory_kind::profile_name, c.tenant.value, c.name));
    }
    result<bool> operator()(const profile_is& c) const {
      return same_version(keys::of_directory(directory_kind::profile, c.id.value), c.version,
                          device_profile{});
    }
    result<bool> operator()(const user_is& c) const {
      return same_version(keys::of_directory(directory_kind::user, c.id.value), c.version, user{});
    }
    result<bool> operator()(const setting_free& c) const {
      return self.absent(keys::of_directory(directory_kind::setting, c.name));
    }
  };
  return std::visit(judge{*this, version_is}, condition.what);
}

result<void> directory_batch::put(const put_device& row) {
  if (row.old && listed_alike(*row.old, row.now)) {
    return {};
  }
  return all_of([&] { return row.old ? unindex(*row.old) : result<void>(); },
                [&] { return index(row.now); });
}

result<void> directory_batch::put(const put_credentials& row) {
  const auto& now = row.now;
  const bool moved = row.old && row.old->credentials_id != now.credentials_id;
  return all_of(
      [&] { return moved ? erase_row(keys::of_token(row.old->credentials_id)) : result<void>(); },
      [&] {
        return put_row(keys::of_token(now.credentials_id),
                       encoded(token_owner{now.device, now.version}));
      });
}

result<void> directory_batch::put(const put_user& row) {
  const auto address = [](const user& u) {
    return keys::of_directory(directory_kind::email, lower_case(u.email));
  };
  const auto& id = row.now.id.value;
  return all_of(
      [&] { return row.old ? erase_row(address(*row.old)) : result<void>(); },
      [&] { return put_row(address(row.now), encoded_id(id)); },
      [&] { return put_row(keys::of_directory(directory_kind::user, id), encoded(row.now)); });
}

result<void> directory_batch::put(const put_tenant& row) {
  return put_row(keys::of_directory(directory_kind::tenant, row.now.id.value), encoded(row.now));
}

result<void> directory_batch::put(const put_customer& row) {
  return put_row(keys::of_directory(directory_kind::customer, row.now.id.value), encoded(row.now));
}

result<void> directory_batch::put(const put_profile& row) {
  const auto name = [](const device_profile& p) {
    return keys::of_directory(directory_kind::profile_name, p.tenant.value, p.name);
  };
  const auto& id = row.now.id.value;
  return all_of(
      [&] { return row.old ? erase_row(name(*row.old)) : result<void>(); },
      [&] { return put_row(name(row.now), encoded_id(id)); },
      [&] { return put_row(keys::of_directory(directory_kind::profile, id), encoded(row.now)); },
      [&] { return set_default(row.now); });
}

result<void> directory_batch::set_default(const device_profile& profile) {
  const std::string key = keys::of_directory(directory_kind::default_profile, profile.tenant.value);
  if (profile.is_default) {
    return put_row(key, encoded_id(profile.id.value));
  }
  auto bytes = find(key);
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  // Another profile may be the default by now.
  return *bytes == encoded_id(profile.id.value) ? erase_row(key) : result<void>();
}

result<void> directory_batch::put(const put_revocation& row) {
  return put_row(keys::of_directory(directory_kind::revocation, row.subject), encoded(row));
}

result<void> directory_batch::put(const put_setting& row) {
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

result<void> directory_batch::erase(const erase_device& row) {
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

result<void> directory_batch::finish() {
  for (const auto& [key, change] : counts_) {
    const auto bytes = find(key);
    if (!bytes) {
      return tl::unexpected(bytes.error());
    }
    std::uint64_t count = 0;
    if (*bytes) {
      if (auto read = decode_number(**bytes, count); !read) {
        return read;
      }
    }
    std::string row;
    encode_number(count + static_cast<std::uint64_t>(change), row);
    if (auto put = put_row(key, row); !put) {
      return put;
    }
  }
  return {};
}

result<void> directory_batch::put_row(const std::string& key, std::string_view row) {
  overlay_[key] = std::string(row);
  return to_result(into_.Put(from_.of(family::directory), slice(key), slice(row)));
}

result<void> directory_batch::erase_row(const std::string& key) {
  overlay_[key] = std::nullopt;
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

result<void> directory_batch::list(const keys::owner& whose, const device_info& device) {
  ++counts_[keys::of_owner(directory_kind::count, whose)];
  const listed_device row{device.created, device.type, device.label.value_or(std::string())};
  return all_of(
      [&] {
        return put_row(keys::of_listed_by_name(whose, lower_case(device.name), device.id),
                       encoded(row));
      },
      [&] {
        return put_row(keys::of_listed_by_time(whose, device.created, device.id), std::string());
      });
}

result<void> directory_batch::unlist(const keys::owner& whose, const device_info& device) {
  --counts_[keys::of_owner(directory_kind::count, whose)];
  return all_of(
      [&] { return erase_row(keys::of_listed_by_name(whose, lower_case(device.name), device.id)); },
      [&] { return erase_row(keys::of_listed_by_time(whose, device.created, device.id)); });
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
        return list({device.tenant, {}}, device);
      },
      [&] {
        return device.customer ? list({device.tenant, *device.customer}, device) : result<void>();
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
        return unlist({device.tenant, {}}, device);
      },
      [&] {
        return device.customer ? unlist({device.tenant, *device.customer}, device) : result<void>();
      });
}

} // namespace muster::persistence::rocks
