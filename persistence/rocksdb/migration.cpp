#include "persistence/rocksdb/migration.hpp"

#include "persistence/directory/lower_case.hpp"
#include "persistence/rocksdb/batch_steps.hpp"
#include "persistence/rocksdb/walk.hpp"

#include <spdlog/spdlog.h>

#include <map>

namespace muster::persistence::rocks {

namespace {

using keys::device_kind;
using keys::directory_kind;

/// What is written at once.
constexpr std::uint32_t rows_at_once = 10'000;

class migration {
public:
  explicit migration(const database& from) : from_(from) {}

  result<void> run() {
    return titles()
        .and_then([&] { return devices(); })
        .and_then([&] { return counts(); })
        .and_then([&] { return write(); });
  }

private:
  result<void> titles() {
    const auto tenants =
        walk(from_, keys::of_directory(directory_kind::tenant), false,
             [&](std::string_view, std::string_view bytes) {
               tenant row;
               return decode(bytes, row).and_then([&] {
                 return put_id(keys::of_directory(directory_kind::tenant_title, row.title),
                               row.id.value);
               });
             });
    if (!tenants) {
      return tenants;
    }
    return walk(from_, keys::of_directory(directory_kind::customer), false,
                [&](std::string_view, std::string_view bytes) {
                  customer row;
                  return decode(bytes, row).and_then([&] {
                    return put_id(keys::of_directory(directory_kind::customer_title,
                                                     row.tenant.value, row.title),
                                  row.id.value);
                  });
                });
  }

  result<void> devices() {
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> rows(
        from_.db().NewIterator(options, from_.of(family::devices)));
    device_info device;
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const auto key = rows->key().ToStringView();
      if (key.size() != keys::prefix_size + 1) {
        continue;
      }
      // A device's info is the first of its rows.
      const auto kind = static_cast<device_kind>(key[keys::prefix_size]);
      const auto bytes = rows->value().ToStringView();
      result<bool> done = true;
      if (kind == device_kind::info) {
        done = decode(bytes, device).and_then([&] { return index(device); });
      } else if (kind == device_kind::credentials) {
        credentials access;
        done = decode(bytes, access).and_then([&] { return index(device, access); });
      }
      if (!done) {
        return tl::unexpected(done.error());
      }
    }
    return to_result(rows->status());
  }

  result<bool> index(const device_info& device) {
    const listed_device row{device.created, device.type, device.label.value_or(std::string()),
                            device.profile};
    const auto name = lower_case(device.name);
    put(keys::of_listed_by_name({device.tenant.value, {}}, name, device.id), encoded(row));
    if (device.customer) {
      put(keys::of_listed_by_name({device.tenant.value, device.customer->value}, name, device.id),
          encoded(row));
    }
    const keys::owner profile{device.tenant.value, device.profile.value};
    ++counts_[keys::of_owner(directory_kind::count, profile)];
    return put(keys::of_listed_by_time(profile, device.created, device.id), {});
  }

  result<bool> index(const device_info& device, const credentials& access) {
    return put(keys::of_token(access.credentials_id),
               encoded(token_owner{device.id, access.version, device.tenant, device.profile}));
  }

  result<void> counts() {
    for (const auto& [key, count] : counts_) {
      std::string row;
      encode_number(count, row);
      if (auto added = put(key, row); !added) {
        return tl::unexpected(added.error());
      }
    }
    return {};
  }

  result<bool> put_id(const std::string& key, const uuid& id) { return put(key, encoded_id(id)); }

  result<bool> put(const std::string& key, std::string_view row) {
    return to_result(batch_.Put(from_.of(family::directory), slice(key), slice(row)))
        .and_then([&] { return batch_.Count() < rows_at_once ? result<void>() : write(); })
        .map([] { return true; });
  }

  result<void> write() {
    const auto status = from_.db().Write(rocksdb::WriteOptions(), &batch_);
    batch_.Clear();
    return to_result(status);
  }

  const database& from_;
  rocksdb::WriteBatch batch_;
  std::map<std::string, std::uint64_t> counts_;
};

} // namespace

result<void> migrate_to_second(const database& from) {
  spdlog::info("the data is of format 1 and is brought to format 2");
  return migration(from).run();
}

} // namespace muster::persistence::rocks
