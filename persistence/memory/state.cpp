#include "persistence/memory/state.hpp"

#include "persistence/directory/lower_case.hpp"

#include <algorithm>

namespace muster::persistence::memory {

namespace {

std::size_t index(auto kind) noexcept {
  return static_cast<std::size_t>(kind);
}

/// Applies the rows of one device.
class device_rows_writer {
public:
  device_rows_writer(state& all, const device_id& id, timestamp now)
      : all_(all), id_(id), now_(now) {}

  void operator()(const put_attributes& group) const {
    entry().attributes[index(group.scope)] = group.rows;
  }
  void operator()(const put_latest& latest) const { entry().latest = latest; }
  void operator()(const put_counters& counters) const { entry().counters = counters; }
  void operator()(const append_history& row) const { entry().history[{row.ts, row.arrival}] = row; }
  void operator()(const rewrite_history& row) const {
    if (row.values.empty()) {
      entry().history.erase({row.ts, row.arrival});
    } else {
      entry().history[{row.ts, row.arrival}] = {row.ts, row.arrival, row.values, row.expires};
    }
  }
  void operator()(const put_rpc& rpc) const {
    entry().rpcs[rpc.record.id] = {rpc.record, rpc.open, now_};
  }
  void operator()(const erase_rpc& rpc) const { entry().rpcs.erase(rpc.id); }
  void operator()(const put_outbox& work) const {
    entry().outbox[work.row.number] = work.row.content;
  }
  void operator()(const erase_outbox& work) const { entry().outbox.erase(work.number); }
  void operator()(const put_due& due) const { entry().dues[index(due.kind)] = due.at; }
  void operator()(const erase_due& due) const {
    auto& at = entry().dues[index(due.kind)];
    if (at == due.at) {
      at.reset();
    }
  }
  void operator()(const put_device& device) const { entry().info = device.now; }
  void operator()(const put_credentials& access) const { entry().access = access; }
  void operator()(const erase_device& device) const {
    all_.devices.erase(device.info.id);
    erase_all_of({entity_type::device, device.info.id.value});
  }
  void operator()(const put_alarm& row) const { entry().alarms[row.now.id] = row.now; }
  void operator()(const erase_alarm& row) const {
    entry().alarms.erase(row.old.id);
    std::erase_if(entry().alarm_comments,
                  [&](const auto& one) { return one.second.alarm == row.old.id; });
  }
  void operator()(const put_alarm_comment& row) const {
    entry().alarm_comments[row.now.id] = row.now;
  }

  void operator()(const put_user& row) const { all_.users[row.now.id] = row.now; }
  void operator()(const put_tenant& row) const { all_.tenants[row.now.id] = row.now; }
  void operator()(const put_customer& row) const { all_.customers[row.now.id] = row.now; }
  void operator()(const put_profile& row) const {
    all_.profiles[row.now.id] = row.now;
    const auto found = all_.default_profiles.find(row.now.tenant);
    if (row.now.is_default) {
      all_.default_profiles[row.now.tenant] = row.now.id;
    } else if (found != all_.default_profiles.end() && found->second == row.now.id) {
      all_.default_profiles.erase(found);
    }
  }
  void operator()(const put_package& row) const { all_.packages[row.now.id] = row.now; }
  void operator()(const erase_user& row) const { all_.users.erase(row.old.id); }
  void operator()(const erase_tenant& row) const {
    all_.tenants.erase(row.old.id);
    erase_all_of({entity_type::tenant, row.old.id.value});
  }
  void operator()(const erase_customer& row) const {
    all_.customers.erase(row.old.id);
    erase_all_of({entity_type::customer, row.old.id.value});
  }
  void operator()(const erase_profile& row) const {
    all_.profiles.erase(row.old.id);
    const auto found = all_.default_profiles.find(row.old.tenant);
    if (found != all_.default_profiles.end() && found->second == row.old.id) {
      all_.default_profiles.erase(found);
    }
  }
  void operator()(const erase_package& row) const { all_.packages.erase(row.old.id); }
  void operator()(const put_rule_chain& row) const { all_.rule_chains[row.now.id] = row.now; }
  void operator()(const erase_rule_chain& row) const { all_.rule_chains.erase(row.old.id); }
  void operator()(const put_relation& row) const {
    all_.relations[{row.now.from, row.now.to, row.now.type}] = row.now;
  }
  void operator()(const erase_relation& row) const {
    all_.relations.erase({row.from, row.to, row.type});
  }
  void operator()(const put_entity_attribute& row) const {
    all_.entity_attributes[{row.entity, row.now.key}] = row.now;
  }
  void operator()(const erase_entity_attribute& row) const {
    all_.entity_attributes.erase({row.entity, row.key});
  }
  void operator()(const put_audit& row) const { all_.audit[row.entry.id] = row.entry; }
  void operator()(const put_rule_event& row) const { all_.rule_events[row.event.id] = row.event; }
  void operator()(const erase_rule_events& row) const {
    std::erase_if(all_.rule_events, [&](const auto& one) {
      const rule_event& event = one.second;
      return event.node == row.node && event.created >= row.start && event.created < row.end;
    });
  }
  void operator()(const put_job& row) const { all_.jobs[row.now.id] = row.now; }
  void operator()(const erase_job& row) const { all_.jobs.erase(row.id); }
  void operator()(const put_revocation& row) const { all_.revocations[row.subject] = row; }
  void operator()(const put_setting& row) const { all_.settings[row.name] = row.bytes; }

private:
  device_entry& entry() const { return all_.devices[id_]; }
  void erase_all_of(const entity_ref& gone) const {
    std::erase_if(all_.relations, [&](const auto& one) {
      return one.second.from == gone || one.second.to == gone;
    });
    std::erase_if(all_.entity_attributes, [&](const auto& one) { return one.first.first == gone; });
  }

  state& all_;
  device_id id_;
  timestamp now_;
};

} // namespace

namespace {

template <class Table, class Wanted>
bool any(const Table& table, Wanted wanted) {
  return std::ranges::any_of(table, [&](const auto& row) { return wanted(row.second); });
}

/// Of an entity: it is there and has the version, if one is asked.
template <class Table, class Condition>
bool is(const Table& table, const Condition& c) {
  const auto found = table.find(c.id);
  return found != table.end() && (c.version == 0 || found->second.version == c.version);
}

struct judge {
  const state& all;

  bool operator()(const device_name_free& c) const {
    return all.find_device(c.tenant, c.name) == nullptr;
  }
  bool operator()(const credentials_free& c) const {
    return all.find_credentials(c.credentials_id) == nullptr;
  }
  bool operator()(const email_free& c) const { return all.find_user(c.email) == nullptr; }
  bool operator()(const activation_free& c) const {
    return !any(all.users, [&](const user& u) { return u.activation_token == c.token; });
  }
  bool operator()(const profile_name_free& c) const {
    return all.find_profile(c.tenant, c.name) == nullptr;
  }
  bool operator()(const provision_key_free& c) const {
    return !any(all.profiles, [&](const device_profile& p) { return p.provision_key == c.key; });
  }
  bool operator()(const tenant_title_free& c) const {
    return !any(all.tenants, [&](const tenant& t) { return t.title == c.title; });
  }
  bool operator()(const customer_title_free& c) const {
    return !any(all.customers,
                [&](const customer& r) { return r.tenant == c.tenant && r.title == c.title; });
  }
  bool operator()(const package_name_free& c) const {
    return !any(all.packages, [&](const package_info& p) {
      return p.tenant == c.tenant && p.title == c.title && p.release == c.release;
    });
  }
  bool operator()(const root_chain_free& c) const {
    return !any(all.rule_chains,
                [&](const rule_chain& r) { return r.tenant == c.tenant && r.root; });
  }
  bool operator()(const setting_free& c) const { return !all.settings.contains(c.name); }
  bool operator()(const profile_is& c) const { return is(all.profiles, c); }
  bool operator()(const user_is& c) const { return is(all.users, c); }
  bool operator()(const tenant_is& c) const { return is(all.tenants, c); }
  bool operator()(const customer_is& c) const { return is(all.customers, c); }
  bool operator()(const package_is& c) const { return is(all.packages, c); }
  bool operator()(const rule_chain_is& c) const { return is(all.rule_chains, c); }
  bool operator()(const device_is& c) const {
    const auto found = all.devices.find(c.id);
    return found != all.devices.end() && found->second.info.has_value();
  }
  bool operator()(const alarm_is& c) const {
    const alarm* found = all.find_alarm(c.id);
    return found != nullptr && (c.version == 0 || found->version == c.version);
  }
  bool operator()(const rule_chain_unused& c) const {
    return !any(all.profiles,
                [&](const device_profile& p) { return p.default_rule_chain == c.id; });
  }
  bool operator()(const profile_unused& c) const {
    return !any(all.devices, [&](const device_entry& d) {
      return d.info && d.info->tenant == c.tenant && d.info->profile == c.id;
    }) && !any(all.packages, [&](const package_info& p) { return p.profile == c.id; });
  }
  bool operator()(const package_unused& c) const {
    return !any(all.devices, [&](const device_entry& d) {
      return d.info && (d.info->firmware == c.id || d.info->software == c.id);
    }) && !any(all.profiles, [&](const device_profile& p) {
      return p.firmware == c.id || p.software == c.id;
    });
  }
};

} // namespace

bool state::holds(const precondition& condition) const {
  return std::visit(judge{*this}, condition.what);
}

void state::apply(const write& change, timestamp now) {
  const device_rows_writer writer(*this, change.device.value_or(device_id{}), now);
  for (const auto& row : change.mutations) {
    std::visit(writer, row);
  }
}

const device_info* state::find_device(const tenant_id& tenant, std::string_view name) const {
  for (const auto& [id, entry] : devices) {
    if (entry.info && entry.info->tenant == tenant && entry.info->name == name) {
      return &*entry.info;
    }
  }
  return nullptr;
}

const put_credentials* state::find_credentials(std::string_view credentials_id) const {
  for (const auto& [id, entry] : devices) {
    if (entry.info && entry.access.now.credentials_id == credentials_id) {
      return &entry.access;
    }
  }
  return nullptr;
}

const alarm* state::find_alarm(const alarm_id& id) const {
  for (const auto& [device, entry] : devices) {
    if (const auto found = entry.alarms.find(id); found != entry.alarms.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

const user* state::find_user(std::string_view email) const {
  for (const auto& [id, row] : users) {
    if (lower_case(row.email) == lower_case(email)) {
      return &row;
    }
  }
  return nullptr;
}

const device_profile* state::find_profile(const tenant_id& tenant, std::string_view name) const {
  for (const auto& [id, row] : profiles) {
    if (row.tenant == tenant && row.name == name) {
      return &row;
    }
  }
  return nullptr;
}

} // namespace muster::persistence::memory
