#pragma once

#include "actors/model/error.hpp"
#include "persistence/store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::persistence {

// The values of the store's rows: `encode` appends, `decode` fills and reports what cannot be read
// (storage_unavailable). README.md says how a row changes its version.

/// A stored RPC: a done one knows since when.
struct rpc_row {
  rpc_record record;
  /// Wall time at which it was done; 0 while open.
  timestamp ended = 0;

  friend bool operator==(const rpc_row&, const rpc_row&) = default;
};

/// Where the row of an RPC lies.
struct rpc_place {
  device_id device;
  timestamp ended = 0;

  friend bool operator==(const rpc_place&, const rpc_place&) = default;
};

/// What filters and orders of lists need of a device, so that they need not read the device.
struct listed_device {
  timestamp created = 0;
  std::string type;
  std::string label;
  profile_id profile;

  friend bool operator==(const listed_device&, const listed_device&) = default;
};

/// The content of an outbox row; its number is in the key.
void encode_outbox(const std::string& content, std::string& bytes);
result<void> decode_outbox(std::string_view bytes, std::string& into);
/// Where the row of an alarm lies, and its version.
struct alarm_place {
  device_id device;
  std::uint64_t version = 0;

  friend bool operator==(const alarm_place&, const alarm_place&) = default;
};

/// The whole database's format.
struct format_row {
  std::uint32_t version = 0;
  std::uint32_t oldest_reader = 0;
  std::uint32_t shards = 0;

  friend bool operator==(const format_row&, const format_row&) = default;
};

void encode(const device_info& row, std::string& out);
void encode(const credentials& row, std::string& out);
void encode(const put_counters& row, std::string& out);
/// Of put_attributes and put_latest the key holds nothing but the scope.
void encode(const std::vector<attribute_row>& rows, std::string& out);
void encode(const put_latest& row, std::string& out);
void encode(const rpc_row& row, std::string& out);
void encode(const rpc_place& row, std::string& out);
void encode(const token_owner& row, std::string& out);
void encode(const listed_device& row, std::string& out);
void encode(const format_row& row, std::string& out);
void encode(const user& row, std::string& out);
void encode(const tenant& row, std::string& out);
void encode(const customer& row, std::string& out);
void encode(const device_profile& row, std::string& out);
void encode(const package_info& row, std::string& out);
void encode(const audit_entry& row, std::string& out);
void encode(const job& row, std::string& out);
void encode(const rule_chain& row, std::string& out);
void encode(const relation& row, std::string& out);
void encode(const rule_event& row, std::string& out);
void encode(const attribute& row, std::string& out);
void encode(const alarm& row, std::string& out);
void encode(const alarm_comment& row, std::string& out);
void encode(const alarm_place& row, std::string& out);
void encode(const put_revocation& row, std::string& out);
/// Single fields as rows of their own.
void encode_id(const uuid& id, std::string& out);
void encode_number(std::uint64_t number, std::string& out);
void encode_text(std::string_view text, std::string& out);
void encode_time(timestamp at, std::string& out);
/// ts and arrival lie in the key.
void encode_history(const std::vector<key_value>& values, timestamp expires, bool server_time,
                    std::string& out);

result<void> decode(std::string_view bytes, device_info& into);
result<void> decode(std::string_view bytes, credentials& into);
result<void> decode(std::string_view bytes, put_counters& into);
result<void> decode(std::string_view bytes, std::vector<attribute_row>& into);
result<void> decode(std::string_view bytes, put_latest& into);
result<void> decode(std::string_view bytes, rpc_row& into);
result<void> decode(std::string_view bytes, rpc_place& into);
result<void> decode(std::string_view bytes, token_owner& into);
result<void> decode(std::string_view bytes, listed_device& into);
result<void> decode(std::string_view bytes, format_row& into);
result<void> decode(std::string_view bytes, user& into);
result<void> decode(std::string_view bytes, tenant& into);
result<void> decode(std::string_view bytes, customer& into);
result<void> decode(std::string_view bytes, device_profile& into);
result<void> decode(std::string_view bytes, package_info& into);
result<void> decode(std::string_view bytes, audit_entry& into);
result<void> decode(std::string_view bytes, job& into);
result<void> decode(std::string_view bytes, rule_chain& into);
result<void> decode(std::string_view bytes, relation& into);
result<void> decode(std::string_view bytes, rule_event& into);
result<void> decode(std::string_view bytes, attribute& into);
result<void> decode(std::string_view bytes, alarm& into);
result<void> decode(std::string_view bytes, alarm_comment& into);
result<void> decode(std::string_view bytes, alarm_place& into);
result<void> decode(std::string_view bytes, put_revocation& into);
result<void> decode_id(std::string_view bytes, uuid& into);
result<void> decode_number(std::string_view bytes, std::uint64_t& into);
result<void> decode_text(std::string_view bytes, std::string& into);
result<void> decode_time(std::string_view bytes, timestamp& into);
/// Reuses the memory of `into`; leaves its ts and arrival.
result<void> decode_history(std::string_view bytes, append_history& into);
/// The expiry alone, for compactions; rows that cannot be read have none.
timestamp expiry_of_history(std::string_view bytes) noexcept;
/// When an RPC's row or place ended; 0 also for rows that cannot be read.
timestamp end_of_rpc(std::string_view bytes) noexcept;

} // namespace muster::persistence
