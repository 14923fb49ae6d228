#include "persistence/encoding/keys.hpp"

#include "persistence/encoding/key_parts.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace muster::persistence::keys {

namespace {

constexpr std::size_t owner_size = 1 + 16 + 16;

} // namespace

static_assert(shard_count <= 256, "a shard is one byte of the keys");

device_prefix of_device(const device_id& device) noexcept {
  device_prefix key;
  key[0] = static_cast<char>(shard_of(device));
  put_id(key.data() + 1, device.value);
  return key;
}

std::string after(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<std::uint8_t>(end.back()) == 0xff) {
    end.pop_back();
  }
  if (!end.empty()) {
    ++end.back();
  }
  return end;
}

device_row of_device_row(const device_prefix& device, device_kind kind) noexcept {
  device_row key;
  *std::ranges::copy(device, key.begin()).out = static_cast<char>(kind);
  return key;
}

device_subrow of_device_subrow(const device_prefix& device, device_kind kind,
                               std::uint8_t part) noexcept {
  device_subrow key;
  char* to = std::ranges::copy(device, key.begin()).out;
  *to++ = static_cast<char>(kind);
  *to = static_cast<char>(part);
  return key;
}

rpc_key of_rpc(const device_prefix& device, device_kind kind, const rpc_id& id) noexcept {
  rpc_key key;
  char* to = std::ranges::copy(device, key.begin()).out;
  *to++ = static_cast<char>(kind);
  put_id(to, id.value);
  return key;
}

outbox_key of_outbox(const device_prefix& device, std::uint64_t number) noexcept {
  outbox_key key;
  char* to = std::ranges::copy(device, key.begin()).out;
  *to++ = static_cast<char>(device_kind::outbox);
  put_number(to, number);
  return key;
}

std::optional<std::uint64_t> parse_outbox(std::string_view key) noexcept {
  const bool fits =
      key.size() == prefix_size + 9 && key[prefix_size] == static_cast<char>(device_kind::outbox);
  return fits ? std::optional(get_number(key.data() + prefix_size + 1)) : std::nullopt;
}

alarm_key of_alarm(const device_prefix& device, device_kind kind, const alarm_id& id) noexcept {
  return of_rpc(device, kind, rpc_id{id.value});
}

alarm_comment_key of_alarm_comment(const device_prefix& device, const alarm_id& alarm,
                                   const alarm_comment_id& id) noexcept {
  alarm_comment_key key;
  char* to = std::ranges::copy(device, key.begin()).out;
  *to++ = static_cast<char>(device_kind::alarm_comment);
  put_id(put_id(to, alarm.value), id.value);
  return key;
}

std::uint8_t kind_of_row(std::string_view key) noexcept {
  return key.size() > prefix_size ? static_cast<std::uint8_t>(key[prefix_size]) : std::uint8_t{0};
}

history_key of_history(const device_prefix& device, timestamp ts, std::uint64_t arrival) noexcept {
  history_key key;
  char* to = std::ranges::copy(device, key.begin()).out;
  put_number(put_number(to, ~ordered(ts)), ~arrival);
  return key;
}

std::optional<history_place> parse_history(std::string_view key) noexcept {
  if (key.size() != prefix_size + 16) {
    return std::nullopt;
  }
  const char* from = key.data() + prefix_size;
  return history_place{unordered(~get_number(from)), ~get_number(from + 8)};
}

due_key of_due(shard_id shard, timestamp at, const device_id& device, due_kind kind) noexcept {
  due_key key;
  key[0] = static_cast<char>(shard);
  *put_id(put_number(key.data() + 1, ordered(at)), device.value) = static_cast<char>(kind);
  return key;
}

std::optional<due_place> parse_due(std::string_view key) noexcept {
  if (key.size() != 26 || static_cast<std::uint8_t>(key.back()) >= due_kinds) {
    return std::nullopt;
  }
  return due_place{unordered(get_number(key.data() + 1)),
                   {get_id(key.data() + 9)},
                   static_cast<due_kind>(key.back())};
}

std::string of_directory(directory_kind kind) {
  return std::string(1, static_cast<char>(kind));
}

std::string of_directory(directory_kind kind, const uuid& id) {
  std::string key = of_directory(kind);
  append(key, id);
  return key;
}

std::string of_directory(directory_kind kind, std::string_view text) {
  std::string key = of_directory(kind);
  key.append(text);
  return key;
}

std::string of_directory(directory_kind kind, const uuid& id, std::string_view text) {
  std::string key = of_directory(kind, id);
  key.append(text);
  return key;
}

std::string of_token(std::string_view credentials_id) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(credentials_id.data()), credentials_id.size(),
         digest.data());
  std::string key = of_directory(directory_kind::token);
  key.append(reinterpret_cast<const char*>(digest.data()), 16);
  return key;
}

std::string of_package_name(const tenant_id& tenant, std::string_view title,
                            std::string_view release) {
  std::string key = of_directory(directory_kind::package_name, tenant.value);
  // Where one ends and the other begins: both may hold any character.
  fixed<8> length;
  put_number(length.data(), title.size());
  key.append(view(length)).append(title).append(release);
  return key;
}

owner with_fields(const tenant_id& tenant) noexcept {
  // No customer and no profile is called so.
  uuid part;
  part.bytes.back() = 1;
  return {tenant.value, part};
}

std::string of_owner(directory_kind kind, const owner& whose) {
  std::string key = of_directory(kind, whose.tenant);
  append(key, whose.part);
  return key;
}

std::string of_references(const uuid& id) {
  return of_directory(directory_kind::references, id);
}

std::string of_content(const content_digest& content) {
  return of_directory(directory_kind::content,
                      {reinterpret_cast<const char*>(content.data()), content.size()});
}

std::string of_listed_by_name(const owner& whose, std::string_view lower_name,
                              const device_id& device) {
  std::string key = of_owner(directory_kind::listed_by_name, whose);
  // A name may hold any character; 0 is followed by 255 and the end is two zeros, so that the
  // order of keys is the order of names.
  for (const char c : lower_name) {
    key.push_back(c);
    if (c == '\0') {
      key.push_back('\xff');
    }
  }
  key.append(2, '\0');
  append(key, device.value);
  return key;
}

std::string of_listed_by_time(const owner& whose, timestamp created, const device_id& device) {
  std::string key = of_owner(directory_kind::listed_by_time, whose);
  fixed<8> time;
  put_number(time.data(), ordered(created));
  key.append(view(time));
  append(key, device.value);
  return key;
}

std::string of_alarm_time(const owner& whose, timestamp created) {
  std::string key = of_owner(directory_kind::alarm_listed, whose);
  fixed<8> time;
  put_number(time.data(), ordered(created));
  key.append(view(time));
  return key;
}

std::string of_alarm_listed(const owner& whose, timestamp created, const alarm_id& alarm) {
  std::string key = of_alarm_time(whose, created);
  append(key, alarm.value);
  return key;
}

std::optional<timestamp> parse_listed_time(std::string_view key) noexcept {
  return key.size() == owner_size + 8 + 16
             ? std::optional(unordered(get_number(key.data() + owner_size)))
             : std::nullopt;
}

std::optional<listed_name> parse_listed_by_name(std::string_view key) {
  const auto device = parse_last_id(key);
  if (!device || key.size() < owner_size + 2 + 16) {
    return std::nullopt;
  }
  listed_name found{{}, *device};
  key = key.substr(owner_size, key.size() - owner_size - 2 - 16);
  for (std::size_t i = 0; i < key.size(); ++i) {
    found.lower_name.push_back(key[i]);
    if (key[i] == '\0') {
      ++i;
    }
  }
  return found;
}

std::optional<device_id> parse_last_id(std::string_view key) noexcept {
  if (key.size() < 16) {
    return std::nullopt;
  }
  return device_id{get_id(key.data() + key.size() - 16)};
}

} // namespace muster::persistence::keys
