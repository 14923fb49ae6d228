#include "persistence/postgres/schema_text.hpp"

#include "actors/model/shard.hpp"
#include "persistence/postgres/cluster_schema.hpp"

namespace muster::persistence::postgres {

namespace {

/// What makes a commit safe. The fill factors keep updates of a row in its page.
constexpr const char* fence_tables = R"(
create table muster(schema_version bigint not null, shards bigint not null);
create table shard_owner(
  shard integer primary key, epoch bigint not null, seq bigint not null, owner text not null default '')
  with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0.02);
create table writer(id uuid primary key, seq bigint not null, seen timestamptz not null default now())
  with (fillfactor = 50);
create table change_log(
  id bigint generated always as identity primary key,
  xid bigint not null default pg_current_xact_id()::text::bigint,
  at timestamptz not null default now(), kind smallint not null, key uuid not null);
create index on change_log(xid);
)";

constexpr const char* device_tables = R"(
create table device(
  id uuid primary key, created bigint not null, tenant uuid not null, customer uuid, profile uuid not null,
  name text collate "C" not null, type text collate "C" not null, label text collate "C", firmware uuid, software uuid,
  additional_info text not null, device_data text not null, version bigint not null, shard smallint not null,
  lower_name bytea not null, lower_type bytea not null, lower_label bytea not null,
  constraint device_name unique (tenant, name));
create index on device(tenant, created, id);
create index on device(tenant, lower_name, id);
create index on device(tenant, customer, created, id) where customer is not null;
create index on device(tenant, profile, created, id);
create index on device(firmware) where firmware is not null;
create index on device(software) where software is not null;
create table credentials(
  device uuid primary key, id uuid not null, created bigint not null, type smallint not null,
  credentials_id text collate "C" not null, credentials_value text, version bigint not null, tenant uuid not null,
  profile uuid not null, digest bytea not null constraint credentials_token unique);
create table counters(
  device uuid primary key, rpc_reserved bigint not null, shared_change bigint not null, poll_cursor bigint,
  claim_secret text, claim_expires bigint) with (fillfactor = 80);
create table attribute_group(
  device uuid, scope smallint, content text not null, primary key (device, scope)) with (fillfactor = 80);
create table latest(
  device uuid primary key, newest_ts bigint not null, arrival bigint not null, active boolean not null,
  last_activity bigint not null, inactivity_alarm bigint not null, newest_given bigint not null,
  content text not null) with (fillfactor = 70);
create table due(
  device uuid, kind smallint, shard smallint not null, at bigint not null, primary key (device, kind))
  with (fillfactor = 80);
create index on due(shard, at, device, kind);
create table rpc(
  id uuid primary key, number bigint not null, created bigint not null, request_id uuid not null,
  oneway boolean not null, persistent boolean not null, method text not null, params text not null,
  expiration bigint not null, retries bigint, additional_info text not null, status smallint not null,
  deliveries bigint not null, last_delivery bigint not null, response text, device uuid not null, ended bigint)
  with (fillfactor = 80);
create index on rpc(device, created, id);
create index on rpc(device, number) where ended is null;
create index on rpc(ended) where ended is not null;
)";

/// Months are attached as they come (history_partitions.cpp); what is in none lies in history_rest.
constexpr const char* history_tables = R"(
create table history(
  ts bigint not null, arrival bigint not null, expires bigint not null, server_time boolean not null,
  device uuid not null, content text not null, primary key (device, ts, arrival)) partition by range (ts);
create index on history(expires) where expires <> 0;
create table history_rest partition of history default;
create table erased_device(device uuid primary key);
)";

constexpr const char* contact_columns =
    "country text, state text, city text, address text, address2 text, zip text, phone text, "
    "email text";

std::string directory_tables() {
  const std::string contact = contact_columns;
  return R"(
create table tenant(
  id uuid primary key, created bigint not null, title text collate "C" not null constraint tenant_title unique,
  region text, )" +
         contact + R"(, tenant_messages text not null, tenant_telemetry_messages text not null,
  tenant_data_points text not null, device_messages text not null, device_telemetry_messages text not null,
  device_data_points text not null, additional_info text not null, version bigint not null);
create table customer(
  id uuid primary key, created bigint not null, tenant uuid not null, title text collate "C" not null, )" +
         contact +
         R"(, is_public boolean not null, additional_info text not null, version bigint not null,
  constraint customer_title unique (tenant, title));
create table app_user(
  id uuid primary key, created bigint not null, role smallint not null, tenant uuid, customer uuid,
  email text not null, first_name text, last_name text, phone text, additional_info text not null,
  password_hash text not null, activation_token text collate "C" constraint user_activation unique,
  tokens_valid_from bigint not null, version bigint not null,
  lower_email bytea not null constraint user_email unique);
create index on app_user(tenant);
create table profile(
  id uuid primary key, created bigint not null, tenant uuid not null, name text collate "C" not null,
  description text, image text, is_default boolean not null, transport smallint not null,
  provisioning smallint not null, provision_key text collate "C" constraint profile_provision_key unique,
  provision_secret text, firmware uuid, software uuid, default_rule_chain uuid, default_edge_rule_chain uuid,
  default_dashboard uuid, default_queue text, codec text not null, default_ttl_seconds bigint not null,
  inactivity_timeout bigint not null, device_rate_limit text not null, device_telemetry_rate_limit text not null,
  profile_data text not null, version bigint not null, constraint profile_name unique (tenant, name));
create index on profile(firmware) where firmware is not null;
create index on profile(software) where software is not null;
create table default_profile(tenant uuid primary key, profile uuid not null);
create table package(
  id uuid primary key, created bigint not null, tenant uuid not null, profile uuid, type smallint not null,
  title text collate "C" not null, release text collate "C" not null, tag text, url text, file_name text,
  content_type text, algorithm smallint, checksum text, content bytea, size bigint not null,
  additional_info text not null, version bigint not null,
  constraint package_name unique (tenant, title, release));
create index on package(profile) where profile is not null;
create index on package(content) where content is not null;
create table package_chunk(
  content bytea, number integer, bytes bytea not null, primary key (content, number));
create table audit(
  id uuid primary key, created bigint not null, tenant uuid, customer uuid, entity_kind smallint not null,
  entity uuid not null, entity_name text not null, app_user uuid, user_name text not null, address text not null,
  action smallint not null, data text not null);
create index on audit(tenant, created, id);
create index on audit(created, id);
create table job(
  id uuid primary key, created bigint not null, kind smallint not null, tenant uuid not null,
  subject uuid not null, type smallint not null, after_created bigint, after_device uuid, done bigint not null,
  total bigint not null);
create table revocation(subject uuid primary key, valid_from bigint not null, expires bigint not null);
create table setting(name text collate "C" primary key, bytes bytea not null);
)";
}

/// What the second version has more than the first. Profiles of the first could name anything as
/// their chain: there was none.
constexpr const char* second_version = R"(
create table rule_chain(
  id uuid primary key, created bigint not null, tenant uuid not null, name text collate "C" not null,
  root boolean not null, debug_mode boolean not null, configuration text not null,
  additional_info text not null, version bigint not null, first_node bigint, graph text not null);
create index on rule_chain(tenant);
create unique index root_rule_chain on rule_chain(tenant) where root;
update profile set default_rule_chain = null where default_rule_chain is not null;
create index on profile(default_rule_chain) where default_rule_chain is not null;
)";

/// What the third version has more than the second.
constexpr const char* third_version = R"(
create table relation(
  from_kind smallint, from_id uuid, to_kind smallint, to_id uuid, type text collate "C",
  additional_info text not null, primary key (from_id, from_kind, to_id, to_kind, type));
create index on relation(to_id, to_kind);
create table entity_attribute(
  kind smallint, entity uuid, key text collate "C", last_update bigint not null, content text not null,
  primary key (entity, kind, key));
create table rule_event(
  id uuid primary key, created bigint not null, tenant uuid not null, node uuid not null, kind smallint not null,
  originator_kind smallint not null, originator uuid not null, message uuid not null, message_type text not null,
  relation text not null, data text not null, metadata text not null, failure text not null);
create index on rule_event(node, created, id);
create index on rule_event(created);
create table outbox(
  device uuid, number bigint, content bytea not null, primary key (device, number));
alter table counters add column progress text not null default '';
alter table profile add column calculated_fields text not null default 'null';
alter table device add column calculated_fields text not null default 'null';
create index on device(tenant, created, id) where calculated_fields <> 'null';
create table alarm(
  id uuid primary key, created bigint not null, tenant uuid not null, customer uuid, originator uuid not null,
  type text not null, severity smallint not null, acknowledged boolean not null, cleared boolean not null,
  assignee uuid, start_ts bigint not null, end_ts bigint not null, acknowledged_at bigint not null,
  cleared_at bigint not null, assigned_at bigint not null, details text not null, to_related boolean not null,
  to_owner boolean not null, to_tenant boolean not null, relation_types text not null, shown_at text not null,
  version bigint not null) with (fillfactor = 80);
create index on alarm(tenant, created, id);
create index on alarm(tenant, customer, created, id) where customer is not null;
create index on alarm(originator, created, id);
create index on alarm(originator) where not cleared;
create table alarm_comment(
  id uuid primary key, created bigint not null, alarm uuid not null, app_user uuid, system boolean not null,
  comment text not null, device uuid not null);
create index on alarm_comment(alarm, created, id);
create index on alarm_comment(device);
)";

/// For people: one row a value.
constexpr const char* views = R"(
create view attribute as
  select device, (array['client', 'shared', 'server'])[scope + 1] as scope, one->>0 as key,
    to_timestamp((one->>1)::bigint / 1000.0) as last_update, one->3 as value
  from attribute_group, json_array_elements(content::json) one where json_array_length(one) > 3;
create view latest_value as
  select device, one->>0 as key, to_timestamp((one->>1)::bigint / 1000.0) as ts, one->2 as value
  from latest, json_array_elements(content::json) one;
create view point as
  select device, ts, one.key, one.value from history, json_each(content::json) one;
)";

} // namespace

std::string schema_text() {
  return std::string(fence_tables) +
         "insert into shard_owner(shard, epoch, seq) select n, 0, 0 from "
         "generate_series(0, " +
         std::to_string(shard_count - 1) + ") n;" + device_tables + history_tables +
         directory_tables() + second_version + third_version + cluster_table_schema + views;
}

std::string schema_step(std::int64_t version) {
  return version == 1 ? second_version : version == 2 ? third_version : "";
}

} // namespace muster::persistence::postgres
