#include "persistence/postgres/directory_rows.hpp"

#include "persistence/directory/lower_case.hpp"
#include "persistence/postgres/rule_graph_json.hpp"

namespace muster::persistence::postgres {

namespace {

stored_device stored(const device_info& info) {
  return {info,
          shard_of(info.id),
          {lower_case(info.name)},
          {lower_case(info.type)},
          {lower_case(info.label.value_or(std::string()))}};
}

stored_credentials stored(const put_credentials& row) {
  return {row.now, row.tenant, row.profile, {token_digest(row.now.credentials_id)}};
}

const uuid& value_of(const uuid& id) {
  return id;
}
template <class Tag>
const uuid& value_of(const entity_id<Tag>& id) {
  return id.value;
}

} // namespace

void directory_rows::add(const put_device& row) {
  free_keys(row);
  devices_.put[row.now.id] = &row.now;
  if (!row.old) {
    devices_.fresh.insert(row.now.id);
  }
}

void directory_rows::add(const put_credentials& row) {
  free_keys(row);
  credentials_[row.now.device] = &row;
  if (row.old) {
    note(change_note::kind::device, row.now.device.value);
  }
}

void directory_rows::add(const put_profile& row) {
  put(profiles_, row, change_note::kind::profile);
  defaults_.emplace_back(&row.now, row.now.is_default);
}

void directory_rows::add(const erase_profile& row) {
  erase(profiles_, row, change_note::kind::profile);
  defaults_.emplace_back(&row.old, false);
}

void directory_rows::add(const put_rule_chain& row) {
  put(rule_chains_, row, change_note::kind::rule_chain);
  if (!row.old) {
    // Somebody may have looked for the tenant's root chain before there was one.
    note(change_note::kind::rule_chain, row.now.id.value);
  }
}

void directory_rows::add(const put_revocation& row) {
  revocations_.put[row.subject] = &row;
  note(change_note::kind::revocation, row.subject);
}

void directory_rows::add(const put_setting& row) {
  settings_[row.name] = &row;
  note(change_note::kind::setting, {});
}

void directory_rows::queue() {
  queue_erased(users_);
  queue_erased(tenants_);
  queue_erased(customers_);
  queue_erased(profiles_);
  queue_erased(packages_);
  queue_erased(rule_chains_);
  queue_erased(jobs_);
  queue_devices();
  queue_put(users_);
  queue_put(tenants_);
  queue_put(customers_);
  queue_put(profiles_);
  queue_put(packages_);
  queue_rule_chains();
  // Behind what removes their ends: that waits for who adds to them.
  relations_.queue(to_);
  queue_put(jobs_);
  queue_put(audit_);
  events_.queue(to_);
  queue_put(revocations_);
  queue_settings();
  queue_defaults();
  queue_notes();
  freed_.clear();
}

template <class Id, class Row>
void directory_rows::queue_erased(table_rows<Id, Row>& all) {
  if (all.gone.empty()) {
    return;
  }
  array ids(sql_type::uuid);
  for (const auto& id : all.gone) {
    ids.id(value_of(id));
  }
  to_.queue("delete from " + std::string(table<Row>::name) + " where id = any($1)",
            parameters().list(ids));
  all.gone.clear();
}

template <class Id, class Row>
void directory_rows::queue_put(table_rows<Id, Row>& all) {
  row_batch<Row> fresh;
  row_batch<Row> changed;
  for (const auto& [id, row] : all.put) {
    (all.fresh.contains(id) ? fresh : changed).add(*row);
  }
  fresh.queue_new(to_);
  changed.queue(to_);
  all.put.clear();
  all.fresh.clear();
}

void directory_rows::queue_rule_chains() {
  row_batch<stored_rule_chain> fresh;
  row_batch<stored_rule_chain> changed;
  for (const auto& [id, row] : rule_chains_.put) {
    stored_rule_chain stored{*row, rule_graph_to_json(*row)};
    (rule_chains_.fresh.contains(id) ? fresh : changed).add(stored);
  }
  fresh.queue_new(to_);
  changed.queue(to_);
  rule_chains_.put.clear();
  rule_chains_.fresh.clear();
}

void directory_rows::queue_settings() {
  row_batch<stored_setting> fresh;
  row_batch<stored_setting> changed;
  for (const auto& [name, row] : settings_) {
    (fresh_settings_.contains(name) ? fresh : changed).add({name, {row->bytes}});
  }
  fresh.queue_new(to_);
  changed.queue(to_);
  settings_.clear();
  fresh_settings_.clear();
}

void directory_rows::queue_devices() {
  array ids(sql_type::uuid);
  row_batch<stored_device> fresh;
  row_batch<stored_device> changed;
  for (const auto& [id, info] : devices_.put) {
    const bool is_new = devices_.fresh.contains(id);
    (is_new ? fresh : changed).add(stored(*info));
    if (is_new) {
      ids.id(id.value);
    }
  }
  if (ids.size() > 0) {
    // An identifier may come back by an import; what is left of its former history must not.
    to_.queue("with back as (delete from erased_device where device = any($1) returning device) "
              "delete from history h using back where h.device = back.device",
              parameters().list(ids));
  }
  fresh.queue_new(to_);
  changed.queue(to_);
  row_batch<stored_credentials> credentials;
  for (const auto& [id, row] : credentials_) {
    credentials.add(stored(*row));
  }
  credentials.queue(to_);
  devices_ = {};
  credentials_.clear();
}

void directory_rows::queue_defaults() {
  for (const auto& [profile, is_default] : defaults_) {
    to_.queue(is_default ? "insert into default_profile(tenant, profile) values ($1, $2) "
                           "on conflict (tenant) do update set profile = excluded.profile"
                         : "delete from default_profile where tenant = $1 and profile = $2",
              parameters().id(profile->tenant).id(profile->id));
  }
  defaults_.clear();
}

void directory_rows::queue_notes() {
  if (notes_.empty()) {
    return;
  }
  array kinds(sql_type::bigint);
  array ids(sql_type::uuid);
  for (const auto& [kind, id] : notes_) {
    kinds.number(static_cast<std::int64_t>(kind));
    ids.id(id);
  }
  to_.queue("insert into change_log(kind, key) select * from unnest($1, $2)",
            parameters().list(kinds).list(ids));
  notes_.clear();
}

} // namespace muster::persistence::postgres
