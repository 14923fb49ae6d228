#include "tests/persistence/conformance/model.hpp"

#include <algorithm>

namespace muster::test {

using namespace persistence;

namespace {

template <class... F>
struct overloaded : F... {
  using F::operator()...;
};

} // namespace

std::optional<timestamp>& due_of(device_rows& of, due_kind kind) {
  switch (kind) {
  case due_kind::rpc:
    return of.due_rpc;
  case due_kind::inactivity:
    return of.due_inactivity;
  case due_kind::outbox:
    return of.due_outbox;
  case due_kind::alarm_rules:
    break;
  }
  return of.due_alarm_rules;
}

const std::optional<timestamp>& due_of(const device_rows& of, due_kind kind) {
  return due_of(const_cast<device_rows&>(of), kind);
}

std::string lower(std::string text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\xc3\x89") == 0) {
      out += "\xc3\xa9";
      ++i;
    } else {
      out += text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    }
  }
  return out;
}

write_outcome model::apply(const write& what, timestamp now) {
  if (what.device && what.epoch != first_epoch && what.epoch != new_device_epoch) {
    return {write_outcome::kind::stale_epoch, {}};
  }
  for (const auto& condition : what.preconditions) {
    if (!holds(condition)) {
      return {write_outcome::kind::refused, condition.if_broken};
    }
  }
  for (const auto& one : what.mutations) {
    change(what.device.value_or(device_id{}), one, now);
  }
  return {};
}

namespace {

template <class Table, class Condition>
bool is(const Table& table, const Condition& c) {
  return table.contains(c.id) && (c.version == 0 || table.at(c.id).version == c.version);
}

} // namespace

bool model::holds(const precondition& condition) const {
  return std::visit(
      overloaded{[&](const device_name_free& c) { return !name_taken(c.tenant, c.name); },
                 [&](const credentials_free& c) { return !token_taken(c.credentials_id); },
                 [&](const email_free& c) { return !email_taken(lower(c.email)); },
                 [&](const activation_free& c) { return !activating(c.token); },
                 [&](const profile_name_free& c) { return !profile_taken(c.tenant, c.name); },
                 [&](const provision_key_free& c) { return !provisioning(c.key); },
                 [&](const tenant_title_free& c) {
                   return !only(tenants, [&](const tenant& t) { return t.title == c.title; });
                 },
                 [&](const customer_title_free& c) { return !titled(c.tenant, c.title); },
                 [&](const package_name_free& c) { return !named(c.tenant, c.title, c.release); },
                 [&](const setting_free& c) { return !settings.contains(c.name); },
                 [&](const profile_is& c) { return is(profiles, c); },
                 [&](const user_is& c) { return is(users, c); },
                 [&](const tenant_is& c) { return is(tenants, c); },
                 [&](const customer_is& c) { return is(customers, c); },
                 [&](const package_is& c) { return is(packages, c); },
                 [&](const root_chain_free& c) { return !root_chain(c.tenant); },
                 [&](const rule_chain_is& c) { return is(rule_chains, c); },
                 [&](const device_is& c) { return devices.contains(c.id); },
                 [&](const alarm_is& c) {
                   return std::ranges::any_of(alarms(), [&](const alarm& a) {
                     return a.id == c.id && (c.version == 0 || c.version == a.version);
                   });
                 },
                 [&](const rule_chain_unused& c) { return !is_used(c.id); },
                 [&](const profile_unused& c) { return !is_used(c.id); },
                 [&](const package_unused& c) { return !is_used(c.id); }},
      condition.what);
}

void model::put(const device_profile& profile) {
  profiles[profile.id] = profile;
  if (profile.is_default) {
    default_profiles[profile.tenant] = profile.id;
  } else if (default_profiles[profile.tenant] == profile.id) {
    default_profiles.erase(profile.tenant);
  }
}

void model::erase(const device_profile& profile) {
  device_profile gone = profile;
  gone.is_default = false;
  put(gone);
  profiles.erase(profile.id);
}

void model::forget(const entity_ref& gone) {
  std::erase_if(relations, [&](const relation& one) { return one.from == gone || one.to == gone; });
  std::erase_if(entity_attributes, [&](const auto& one) { return one.first == gone; });
}

void model::erase(const erase_relation& gone) {
  std::erase_if(relations, [&](const relation& one) {
    return one.from == gone.from && one.to == gone.to && one.type == gone.type;
  });
}

void model::erase(const erase_entity_attribute& gone) {
  std::erase_if(entity_attributes, [&](const auto& one) {
    return one.first == gone.entity && one.second.key == gone.key;
  });
}

void model::change(const device_id& device, const mutation& what, timestamp now) {
  auto* d = devices.contains(device) ? &devices.at(device) : &left[device];
  std::visit(overloaded{[&](const put_attributes& m) {
                          d->rows.attributes[static_cast<std::size_t>(m.scope)] = m.rows;
                        },
                        [&](const put_latest& m) { d->rows.latest = m; },
                        [&](const put_counters& m) { d->rows.counters = m; },
                        [&](const append_history& m) {
                          d->history[{m.ts, m.arrival}] = m;
                        },
                        [&](const rewrite_history& m) {
                          d->history.erase({m.ts, m.arrival});
                          if (!m.values.empty()) {
                            d->history[{m.ts, m.arrival}] = {m.ts, m.arrival, m.values, m.expires};
                          }
                        },
                        [&](const put_rpc& m) {
                          d->rpcs[m.record.id] = {m.record, m.open, now};
                        },
                        [&](const erase_rpc& m) { d->rpcs.erase(m.id); },
                        [&](const put_due& m) { due_of(d->rows, m.kind) = m.at; },
                        [&](const erase_due& m) { due_of(d->rows, m.kind).reset(); },
                        [&](const put_rule_event& m) { rule_events[m.event.id] = m.event; },
                        [&](const erase_rule_events& m) {
                          std::erase_if(rule_events, [&](const auto& one) {
                            return one.second.node == m.node && one.second.created >= m.start &&
                                   one.second.created < m.end;
                          });
                        },
                        [&](const put_outbox& m) { d->outbox[m.row.number] = m.row.content; },
                        [&](const erase_outbox& m) { d->outbox.erase(m.number); },
                        [&](const put_device& m) {
                          auto& there = devices[m.now.id];
                          there.rows.info = m.now;
                          if (const auto before = left.extract(m.now.id)) {
                            there.outbox = before.mapped().outbox;
                            there.rows.due_outbox = before.mapped().rows.due_outbox;
                          }
                        },
                        [&](const put_credentials& m) {
                          d->rows.access = m.now;
                          d->token_tenant = m.tenant;
                          d->token_profile = m.profile;
                        },
                        [&](const put_alarm& m) { d->alarms[m.now.id] = m.now; },
                        [&](const erase_alarm& m) {
                          d->alarms.erase(m.old.id);
                          std::erase_if(d->alarm_comments,
                                        [&](const auto& c) { return c.second.alarm == m.old.id; });
                        },
                        [&](const put_alarm_comment& m) { d->alarm_comments[m.now.id] = m.now; },
                        [&](const erase_device& m) {
                          devices.erase(m.info.id);
                          forget({entity_type::device, m.info.id.value});
                        },
                        [&](const put_user& m) { users[m.now.id] = m.now; },
                        [&](const put_tenant& m) { tenants[m.now.id] = m.now; },
                        [&](const put_customer& m) { customers[m.now.id] = m.now; },
                        [&](const put_profile& m) { put(m.now); },
                        [&](const put_package& m) { packages[m.now.id] = m.now; },
                        [&](const erase_user& m) { users.erase(m.old.id); },
                        [&](const erase_tenant& m) {
                          tenants.erase(m.old.id);
                          forget({entity_type::tenant, m.old.id.value});
                        },
                        [&](const erase_customer& m) {
                          customers.erase(m.old.id);
                          forget({entity_type::customer, m.old.id.value});
                        },
                        [&](const put_relation& m) {
                          erase(erase_relation{m.now.from, m.now.to, m.now.type});
                          relations.push_back(m.now);
                        },
                        [&](const erase_relation& m) { erase(m); },
                        [&](const put_entity_attribute& m) {
                          erase(erase_entity_attribute{m.entity, m.now.key});
                          entity_attributes.emplace_back(m.entity, m.now);
                        },
                        [&](const erase_entity_attribute& m) { erase(m); },
                        [&](const erase_profile& m) { erase(m.old); },
                        [&](const erase_package& m) { packages.erase(m.old.id); },
                        [&](const put_rule_chain& m) { rule_chains[m.now.id] = m.now; },
                        [&](const erase_rule_chain& m) { rule_chains.erase(m.old.id); },
                        [&](const put_audit& m) { audit[m.entry.id] = m.entry; },
                        [&](const put_job& m) { jobs[m.now.id] = m.now; },
                        [&](const erase_job& m) { jobs.erase(m.id); },
                        [&](const put_revocation& m) { revocations[m.subject] = m; },
                        [&](const put_setting& m) { settings[m.name] = m.bytes; }},
             what);
}

std::optional<device_rows> model::rows(const device_id& device) const {
  const bool exists = devices.contains(device);
  if (!exists && !left.contains(device)) {
    return std::nullopt;
  }
  const auto& d = exists ? devices.at(device) : left.at(device);
  if (!exists && d.outbox.empty() && !d.rows.due_outbox) {
    return std::nullopt;
  }
  device_rows all = d.rows;
  all.exists = exists;
  for (const auto& [key, row] : d.history) {
    if (row.ts >= all.latest.newest_ts && row.arrival > all.latest.arrival) {
      all.journal.push_back(row);
    }
  }
  std::ranges::sort(all.journal, {}, &append_history::arrival);
  for (const auto& [id, rpc] : d.rpcs) {
    if (rpc.open) {
      all.rpcs.push_back(rpc.record);
    }
  }
  std::ranges::sort(all.rpcs, {}, &rpc_record::number);
  for (const auto& [number, content] : d.outbox) {
    all.outbox.push_back({number, content});
  }
  for (const auto& [id, row] : d.alarms) {
    if (!row.cleared) {
      all.alarms.push_back(row);
    }
  }
  return all;
}

std::vector<device_info> model::list(const device_list& which, const page_link& link) const {
  std::vector<device_info> all;
  for (const auto& [id, d] : devices) {
    const auto& info = d.rows.info;
    if (info.tenant == which.tenant && (!which.customer || info.customer == which.customer) &&
        (!which.type || info.type == *which.type) &&
        (!which.profile || info.profile == *which.profile) &&
        (!which.active || d.rows.due_inactivity.has_value() == *which.active) &&
        (!which.with_fields || info.calculated_fields.text != "null") &&
        lower(info.name).find(lower(link.text_search)) != std::string::npos) {
      all.push_back(info);
    }
  }
  const auto text = [&](const device_info& d) {
    return link.sort_property == "name"    ? lower(d.name)
           : link.sort_property == "type"  ? lower(d.type)
           : link.sort_property == "label" ? lower(d.label.value_or(""))
                                           : std::string();
  };
  const bool by_text = !link.sort_property.empty() && link.sort_property != "createdTime";
  std::ranges::sort(all, [&](const device_info& a, const device_info& b) {
    const auto key_a = std::tuple(text(a), by_text ? 0 : a.created, a.id);
    const auto key_b = std::tuple(text(b), by_text ? 0 : b.created, b.id);
    return link.descending ? key_b < key_a : key_a < key_b;
  });
  return all;
}

std::vector<device_position> model::positions(const device_group& of) const {
  std::vector<device_position> all;
  for (const auto& info : list({of.tenant, of.customer, {}, of.profile, {}}, {})) {
    all.push_back({info.created, info.id});
  }
  return all;
}

std::optional<customer> model::titled(const tenant_id& tenant, const std::string& title) const {
  return only(customers, [&](const customer& c) { return c.tenant == tenant && c.title == title; });
}

std::optional<user> model::activating(const std::string& token) const {
  return only(users, [&](const user& u) { return u.activation_token == token; });
}

std::optional<device_profile> model::provisioning(const std::string& key) const {
  return only(profiles, [&](const device_profile& p) { return p.provision_key == key; });
}

std::optional<package_info> model::named(const tenant_id& tenant, const std::string& title,
                                         const std::string& release) const {
  return only(packages, [&](const package_info& p) {
    return p.tenant == tenant && p.title == title && p.release == release;
  });
}

std::optional<rule_chain> model::root_chain(const tenant_id& tenant) const {
  return only(rule_chains, [&](const rule_chain& r) { return r.tenant == tenant && r.root; });
}

bool model::is_used(const rule_chain_id& chain) const {
  return only(profiles, [&](const device_profile& p) { return p.default_rule_chain == chain; })
      .has_value();
}

bool model::is_used(const profile_id& profile) const {
  return only(packages, [&](const package_info& p) { return p.profile == profile; }) ||
         std::ranges::any_of(devices,
                             [&](const auto& d) { return d.second.rows.info.profile == profile; });
}

bool model::is_used(const package_id& package) const {
  const auto refers = [&](const auto& row) {
    return row.firmware == package || row.software == package;
  };
  return only(profiles, refers) ||
         std::ranges::any_of(devices, [&](const auto& d) { return refers(d.second.rows.info); });
}

std::vector<append_history> model::history(const history_scan& range, timestamp now) const {
  std::vector<append_history> found;
  if (!devices.contains(range.device)) {
    return found;
  }
  for (const auto& [key, row] : devices.at(range.device).history) {
    const timestamp end = row.expires != 0 ? row.expires : row.ts + retention_seconds * 1000;
    if (row.ts >= range.start && row.ts < range.end && now <= end) {
      found.push_back(row);
    }
  }
  if (range.descending) {
    std::ranges::reverse(found);
  }
  return found;
}

std::vector<rpc_record> model::rpcs(const device_id& device,
                                    const std::optional<rpc_status>& status, timestamp now) const {
  std::vector<rpc_record> found;
  if (!devices.contains(device)) {
    return found;
  }
  for (const auto& [id, rpc] : devices.at(device).rpcs) {
    if ((rpc.open || now <= rpc.ended + rpc_retention_seconds * 1000) &&
        rpc.record.request.persistent && (!status || rpc.record.status == *status)) {
      found.push_back(rpc.record);
    }
  }
  std::ranges::sort(found, [](const auto& a, const auto& b) {
    return std::tie(a.created, a.id) < std::tie(b.created, b.id);
  });
  return found;
}

std::vector<due_entry> model::due(shard_id shard, timestamp until) const {
  std::vector<due_entry> found;
  for (const auto* all : {&devices, &left}) {
    for (const auto& [id, d] : *all) {
      if (shard_of(id) != shard) {
        continue;
      }
      for (const auto kind : present_due_kinds) {
        const auto& at = due_of(d.rows, kind);
        if (at && *at <= until) {
          found.push_back({*at, id, kind});
        }
      }
    }
  }
  std::ranges::sort(found, [](const auto& a, const auto& b) {
    return std::tie(a.at, a.device, a.kind) < std::tie(b.at, b.device, b.kind);
  });
  return found;
}

bool model::name_taken(const tenant_id& tenant, const std::string& name) const {
  return std::ranges::any_of(devices, [&](const auto& d) {
    return d.second.rows.info.tenant == tenant && d.second.rows.info.name == name;
  });
}

bool model::token_taken(const std::string& token) const {
  return std::ranges::any_of(
      devices, [&](const auto& d) { return d.second.rows.access.credentials_id == token; });
}

bool model::email_taken(const std::string& lower_email) const {
  return std::ranges::any_of(users,
                             [&](const auto& u) { return lower(u.second.email) == lower_email; });
}

bool model::profile_taken(const tenant_id& tenant, const std::string& name) const {
  return std::ranges::any_of(
      profiles, [&](const auto& p) { return p.second.tenant == tenant && p.second.name == name; });
}

} // namespace muster::test
