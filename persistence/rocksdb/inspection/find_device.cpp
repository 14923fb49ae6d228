#include "persistence/rocksdb/inspection/find_device.hpp"

#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"

#include <vector>

namespace muster::persistence {

namespace {

using keys::directory_kind;

constexpr std::size_t name_at = 1 + 16;

result<std::vector<device_id>> named(data_folder& data, std::string_view name) {
  std::vector<device_id> found;
  result<void> read;
  auto done = data.scan("directory", keys::of_directory(directory_kind::device_name),
                        [&](std::string_view key, std::string_view row) {
                          device_id device;
                          if (key.size() >= name_at && key.substr(name_at) == name) {
                            read = decode_id(row, device.value);
                            found.push_back(device);
                          }
                          return read.has_value();
                        });
  return done.and_then([&] { return read; }).map([&] { return std::move(found); });
}

} // namespace

result<device_id> find_device(data_folder& data, std::string_view meant) {
  if (const auto id = parse_uuid(meant)) {
    return device_id{*id};
  }
  const auto token = data.get("directory", keys::of_token(meant));
  if (!token) {
    return tl::unexpected(token.error());
  }
  if (*token) {
    token_owner owner;
    return decode(**token, owner).map([&] { return owner.device; });
  }
  const auto all = named(data, meant);
  if (!all) {
    return tl::unexpected(all.error());
  }
  if (all->empty()) {
    return fail(error_code::not_found,
                "no device has the identifier, token or name \"" + std::string(meant) + "\"");
  }
  if (all->size() > 1) {
    std::string names;
    for (const auto& one : *all) {
      names += " " + to_string(one);
    }
    return fail(error_code::invalid, "several tenants have a device of that name:" + names);
  }
  return all->front();
}

} // namespace muster::persistence
