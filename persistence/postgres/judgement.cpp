#include "persistence/postgres/judgement.hpp"

#include "persistence/postgres/unique_keys.hpp"

#include <variant>

namespace muster::persistence::postgres {

namespace {

bool makes_device(const write& what) {
  return what.device && what.epoch == new_device_epoch;
}

struct ruler {
  const taken_keys& keys;
  const versions& present;
  const reference_counts& counts;

  bool operator()(const device_name_free& c) const {
    return free(unique_key::device_name(c.tenant, c.name));
  }
  bool operator()(const credentials_free& c) const {
    return free(unique_key::token(c.credentials_id));
  }
  bool operator()(const email_free& c) const { return free(unique_key::email(c.email)); }
  bool operator()(const activation_free& c) const { return free(unique_key::activation(c.token)); }
  bool operator()(const profile_name_free& c) const {
    return free(unique_key::profile_name(c.tenant, c.name));
  }
  bool operator()(const provision_key_free& c) const {
    return free(unique_key::provision_key(c.key));
  }
  bool operator()(const tenant_title_free& c) const {
    return free(unique_key::tenant_title(c.title));
  }
  bool operator()(const customer_title_free& c) const {
    return free(unique_key::customer_title(c.tenant, c.title));
  }
  bool operator()(const package_name_free& c) const {
    return free(unique_key::package_name(c.tenant, c.title, c.release));
  }
  bool operator()(const root_chain_free& c) const { return free(unique_key::root_chain(c.tenant)); }
  bool operator()(const setting_free& c) const { return free(unique_key::setting(c.name)); }
  bool operator()(const profile_is& c) const { return is(versions::profiles, c); }
  bool operator()(const user_is& c) const { return is(versions::users, c); }
  bool operator()(const tenant_is& c) const { return is(versions::tenants, c); }
  bool operator()(const customer_is& c) const { return is(versions::customers, c); }
  bool operator()(const package_is& c) const { return is(versions::packages, c); }
  bool operator()(const rule_chain_is& c) const { return is(versions::rule_chains, c); }
  bool operator()(const device_is& c) const { return present.is(versions::devices, c.id.value, 0); }
  bool operator()(const alarm_is& c) const { return is(versions::alarms, c); }
  bool operator()(const rule_chain_unused& c) const { return counts.is_unused(c); }
  bool operator()(const profile_unused& c) const { return counts.is_unused(c); }
  bool operator()(const package_unused& c) const { return counts.is_unused(c); }

private:
  bool free(const std::string& key) const { return !keys.is_taken(key); }
  template <class Condition>
  bool is(versions::kind kind, const Condition& c) const {
    return present.is(kind, c.id.value, c.version);
  }
};

versions::kind kind_of(const user&) {
  return versions::users;
}
versions::kind kind_of(const tenant&) {
  return versions::tenants;
}
versions::kind kind_of(const customer&) {
  return versions::customers;
}
versions::kind kind_of(const device_profile&) {
  return versions::profiles;
}
versions::kind kind_of(const package_info&) {
  return versions::packages;
}

versions::kind kind_of(const rule_chain&) {
  return versions::rule_chains;
}

/// Changes what is known as the mutation changes the database.
struct follower {
  taken_keys& keys;
  versions& present;
  reference_counts& counts;

  void operator()(const put_device& row) const {
    change(row);
    keys.take({unique_key::device(row.now.id)});
    present.put(versions::devices, row.now.id.value, row.now.version);
  }
  void operator()(const put_credentials& row) const { change(row); }
  void operator()(const erase_device& row) const {
    keys.free(keys_of(row.info));
    keys.free(keys_of(row.access));
    keys.free({unique_key::device(row.info.id)});
    counts.count(row.info, -1);
    present.erase(versions::devices, row.info.id.value);
  }
  void operator()(const put_alarm& row) const {
    present.put(versions::alarms, row.now.id.value, row.now.version);
  }
  void operator()(const erase_alarm& row) const {
    present.erase(versions::alarms, row.old.id.value);
  }
  void operator()(const put_setting& row) const { keys.take({unique_key::setting(row.name)}); }
  template <class Mutation>
  void operator()(const Mutation& row) const {
    if constexpr (requires { kind_of(row.now); }) {
      change(row);
      present.put(kind_of(row.now), row.now.id.value, row.now.version);
    } else if constexpr (requires { kind_of(row.old); }) {
      keys.free(keys_of(row.old));
      counts.count(row.old, -1);
      present.erase(kind_of(row.old), row.old.id.value);
    }
  }

private:
  template <class Put>
  void change(const Put& row) const {
    if (row.old) {
      keys.free(keys_of(*row.old));
      counts.count(*row.old, -1);
    }
    keys.take(keys_of(row.now));
    counts.count(row.now, 1);
  }
};

} // namespace

judgement::judgement(std::span<const write* const> batch) {
  for (const auto* one : batch) {
    if (makes_device(*one)) {
      keys_.ask(*one->device);
      needed_ = true;
    }
    for (const auto& condition : one->preconditions) {
      keys_.ask(condition);
      versions_.ask(condition);
      counts_.ask(condition);
      needed_ = true;
    }
    counts_.expect(one->mutations.size());
  }
}

void judgement::queue(connection& to) {
  versions_.queue(to);
  counts_.queue(to);
  keys_.queue(to);
}

void judgement::read(std::span<const rows> answers) {
  versions_.read(answers);
  answers = answers.subspan(versions_.statements());
  counts_.read(answers);
  keys_.read(answers.subspan(counts_.statements()));
}

std::optional<error> judgement::judge(const write& what) {
  if (makes_device(what) && keys_.is_taken(unique_key::device(*what.device))) {
    return error{error_code::already_exists, "the device exists already"};
  }
  const ruler rules{keys_, versions_, counts_};
  for (const auto& condition : what.preconditions) {
    if (!std::visit(rules, condition.what)) {
      return condition.if_broken;
    }
  }
  if (needed_) {
    const follower follow{keys_, versions_, counts_};
    for (const auto& row : what.mutations) {
      std::visit(follow, row);
    }
  }
  return std::nullopt;
}

} // namespace muster::persistence::postgres
