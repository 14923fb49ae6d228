#pragma once

#include "actors/model/rpc.hpp"
#include "actors/model/shard.hpp"
#include "persistence/postgres/entity_tables.hpp"
#include "persistence/store/store.hpp"

#include <string>
#include <type_traits>

namespace muster::persistence::postgres {

// The tables' rows, each with its columns in the order of the fields. schema.cpp has their types.

/// A device with what lists search and order by.
struct stored_device {
  device_info info;
  shard_id shard{};
  raw_bytes lower_name;
  raw_bytes lower_type;
  raw_bytes lower_label;
};

/// Credentials with what the edge must know of their owner.
struct stored_credentials {
  credentials access;
  tenant_id tenant;
  profile_id profile;
  /// SHA-256 of the credentials id: ids may be longer than an index allows.
  raw_bytes digest;
};

struct stored_counters {
  device_id device;
  put_counters row;
};

struct stored_attributes {
  device_id device;
  attribute_scope scope = attribute_scope::client;
  /// See attributes_to_json.
  std::string content;
};

struct stored_latest {
  device_id device;
  put_latest row;
  /// Its values: see latest_to_json.
  std::string content;
};

struct stored_history {
  device_id device;
  append_history row;
  /// Its values: see values_to_json.
  std::string content;
};

/// Put in the place of a row that is there, while stored_history is new.
struct stored_rewrite : stored_history {};

struct stored_rpc {
  device_id device;
  rpc_record record;
  /// Since when it is done; absent: open.
  std::optional<timestamp> ended;
};

struct stored_due {
  device_id device;
  due_kind kind = due_kind::rpc;
  shard_id shard{};
  timestamp at = 0;
};

struct stored_outbox {
  device_id device;
  std::uint64_t number = 0;
  raw_bytes content;
};

struct stored_setting {
  std::string name;
  raw_bytes bytes;
};

MUSTER_TABLE(device_info, "device", "id");
MUSTER_TABLE(stored_device, "device", "id");
MUSTER_TABLE(stored_credentials, "credentials", "device");
MUSTER_TABLE(stored_counters, "counters", "device");
MUSTER_TABLE(stored_attributes, "attribute_group", "device, scope");
MUSTER_TABLE(stored_latest, "latest", "device");
MUSTER_TABLE(stored_history, "history", nullptr);
MUSTER_TABLE(stored_rewrite, "history", "device, ts, arrival");
MUSTER_TABLE(rpc_record, "rpc", "id");
MUSTER_TABLE(stored_rpc, "rpc", "id");
MUSTER_TABLE(stored_due, "due", "device, kind");
MUSTER_TABLE(stored_outbox, "outbox", "device, number");
MUSTER_TABLE(stored_setting, "setting", "name");
MUSTER_TABLE(put_revocation, "revocation", "subject");

template <class Io, row_of<device_info> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("created", row.created);
  io("tenant", row.tenant);
  io("customer", row.customer);
  io("profile", row.profile);
  io("name", row.name);
  io("type", row.type);
  io("label", row.label);
  io("firmware", row.firmware);
  io("software", row.software);
  io("additional_info", row.additional_info);
  io("device_data", row.device_data);
  io("calculated_fields", row.calculated_fields);
  io("version", row.version);
}

template <class Io, row_of<stored_device> Row>
void fields(Io& io, Row& row) {
  fields(io, row.info);
  io("shard", row.shard);
  io("lower_name", row.lower_name);
  io("lower_type", row.lower_type);
  io("lower_label", row.lower_label);
}

template <class Io, row_of<credentials> Row>
void fields(Io& io, Row& row) {
  io("device", row.device);
  io("id", row.id);
  io("created", row.created);
  io("type", row.type);
  io("credentials_id", row.credentials_id);
  io("credentials_value", row.credentials_value);
  io("version", row.version);
}

template <class Io, row_of<stored_credentials> Row>
void fields(Io& io, Row& row) {
  fields(io, row.access);
  io("tenant", row.tenant);
  io("profile", row.profile);
  io("digest", row.digest);
}

template <class Io, row_of<put_counters> Row>
void fields(Io& io, Row& row) {
  io("rpc_reserved", row.rpc_reserved);
  io("shared_change", row.shared_change);
  io("poll_cursor", row.cursor);
  std::optional<std::string> secret;
  std::optional<timestamp> expires;
  if (row.offer) {
    secret = row.offer->secret;
    expires = row.offer->expires;
  }
  io("claim_secret", secret);
  io("claim_expires", expires);
  io("progress", row.progress);
  if constexpr (!std::is_const_v<Row>) {
    row.offer =
        secret ? std::optional(claim_offer{std::move(*secret), expires.value_or(0)}) : std::nullopt;
  }
}

template <class Io, row_of<stored_counters> Row>
void fields(Io& io, Row& row) {
  io("device", row.device);
  fields(io, row.row);
}

template <class Io, row_of<stored_attributes> Row>
void fields(Io& io, Row& row) {
  io("device", row.device);
  io("scope", row.scope);
  io("content", row.content);
}

template <class Io, row_of<put_latest> Row>
void fields(Io& io, Row& row) {
  io("newest_ts", row.newest_ts);
  io("arrival", row.arrival);
  io("active", row.seen.active);
  io("last_activity", row.seen.last_activity);
  io("inactivity_alarm", row.seen.inactivity_alarm);
  io("newest_given", row.newest_given);
}

template <class Io, row_of<stored_latest> Row>
void fields(Io& io, Row& row) {
  io("device", row.device);
  fields(io, row.row);
  io("content", row.content);
}

template <class Io, row_of<append_history> Row>
void fields(Io& io, Row& row) {
  io("ts", row.ts);
  io("arrival", row.arrival);
  io("expires", row.expires);
  io("server_time", row.server_time);
}

template <class Io, class Row>
requires std::is_base_of_v<stored_history, Row>
void fields(Io& io, Row& row) {
  fields(io, row.row);
  io("device", row.device);
  io("content", row.content);
}

template <class Io, row_of<rpc_record> Row>
void fields(Io& io, Row& row) {
  io("id", row.id);
  io("number", row.number);
  io("created", row.created);
  io("request_id", row.request.request_id);
  io("oneway", row.request.oneway);
  io("persistent", row.request.persistent);
  io("method", row.request.method);
  io("params", row.request.params);
  io("expiration", row.request.expiration);
  io("retries", row.request.retries);
  io("additional_info", row.request.additional_info);
  io("status", row.status);
  io("deliveries", row.deliveries);
  io("last_delivery", row.last_delivery);
  io("response", row.response);
}

template <class Io, row_of<stored_rpc> Row>
void fields(Io& io, Row& row) {
  fields(io, row.record);
  io("device", row.device);
  io("ended", row.ended);
}

template <class Io, row_of<stored_due> Row>
void fields(Io& io, Row& row) {
  io("device", row.device);
  io("kind", row.kind);
  io("shard", row.shard);
  io("at", row.at);
}

template <class Io, row_of<stored_outbox> Row>
void fields(Io& io, Row& row) {
  io("device", row.device);
  io("number", row.number);
  io("content", row.content);
}

template <class Io, row_of<stored_setting> Row>
void fields(Io& io, Row& row) {
  io("name", row.name);
  io("bytes", row.bytes);
}

template <class Io, row_of<put_revocation> Row>
void fields(Io& io, Row& row) {
  io("subject", row.subject);
  io("valid_from", row.valid_from);
  io("expires", row.expires);
}

} // namespace muster::persistence::postgres
