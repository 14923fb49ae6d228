#include "persistence/postgres/versions.hpp"

namespace muster::persistence::postgres {

namespace {

constexpr std::array<const char*, versions::kinds> tables{
    "tenant", "customer", "profile", "package", "app_user", "rule_chain", "device", "alarm"};
constexpr std::array<const char*, 3> clauses{"update", "no key update", "key share"};

} // namespace

struct version_asker {
  versions& of;

  void operator()(const tenant_is& c) const { is(versions::tenants, c); }
  void operator()(const customer_is& c) const { is(versions::customers, c); }
  void operator()(const profile_is& c) const { is(versions::profiles, c); }
  void operator()(const package_is& c) const { is(versions::packages, c); }
  void operator()(const user_is& c) const { is(versions::users, c); }
  void operator()(const rule_chain_is& c) const { is(versions::rule_chains, c); }
  void operator()(const device_is& c) const {
    of.asked_.at(versions::devices).at(versions::to_keep).insert(c.id.value);
  }
  void operator()(const alarm_is& c) const { is(versions::alarms, c); }
  void operator()(const rule_chain_unused& c) const { unused(versions::rule_chains, c.id.value); }
  void operator()(const profile_unused& c) const { unused(versions::profiles, c.id.value); }
  void operator()(const package_unused& c) const { unused(versions::packages, c.id.value); }
  template <class Other>
  void operator()(const Other&) const {}

private:
  template <class Condition>
  void is(versions::kind kind, const Condition& c) const {
    of.asked_.at(kind)
        .at(c.version == 0 ? versions::to_keep : versions::to_keep_version)
        .insert(c.id.value);
  }
  void unused(versions::kind kind, const uuid& id) const {
    of.asked_.at(kind).at(versions::to_remove).insert(id);
  }
};

void versions::ask(const precondition& condition) {
  std::visit(version_asker{*this}, condition.what);
}

void versions::queue(connection& to) const {
  for (std::size_t of = 0; of < kinds; ++of) {
    for (std::size_t how = 0; how < locks; ++how) {
      if (asked_[of][how].empty()) {
        continue;
      }
      array ids(sql_type::uuid);
      for (const auto& id : asked_[of][how]) {
        ids.id(id);
      }
      to.queue(std::string("select id, version from ") + tables[of] +
                   " where id = any($1) order by id for " + clauses[how],
               parameters().list(ids));
    }
  }
}

std::size_t versions::statements() const noexcept {
  std::size_t count = 0;
  for (const auto& of_kind : asked_) {
    for (const auto& ids : of_kind) {
      count += ids.empty() ? 0 : 1;
    }
  }
  return count;
}

void versions::read(std::span<const rows> answers) {
  std::size_t next = 0;
  for (std::size_t of = 0; of < kinds; ++of) {
    for (std::size_t how = 0; how < locks; ++how) {
      if (asked_[of][how].empty()) {
        continue;
      }
      const rows& found = answers[next++];
      for (std::size_t i = 0; i < found.size(); ++i) {
        present_[of][found.id(i, 0)] = static_cast<std::uint64_t>(found.number(i, 1));
      }
    }
  }
}

bool versions::is(kind of, const uuid& id, std::uint64_t version) const {
  const auto found = present_.at(of).find(id);
  return found != present_.at(of).end() && (version == 0 || found->second == version);
}

} // namespace muster::persistence::postgres
