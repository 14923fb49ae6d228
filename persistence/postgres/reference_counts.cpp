#include "persistence/postgres/reference_counts.hpp"

#include <variant>

namespace muster::persistence::postgres {

namespace {

constexpr const char* profile_counts = R"(
select q.tenant, q.profile,
  (select count(*) from (select from device d where d.tenant = q.tenant and d.profile = q.profile limit $3) c),
  (select count(*) from (select from package p where p.profile = q.profile limit $3) c)
from unnest($1, $2) q(tenant, profile))";

constexpr const char* package_counts = R"(
select q.package,
  (select count(*) from (select from device d where d.firmware = q.package limit $2) c) +
  (select count(*) from (select from device d where d.software = q.package limit $2) c) +
  (select count(*) from profile p where p.firmware = q.package) +
  (select count(*) from profile p where p.software = q.package)
from unnest($1) q(package))";

constexpr const char* rule_chain_counts = R"(
select q.chain, (select count(*) from profile p where p.default_rule_chain = q.chain)
from unnest($1) q(chain))";

array ids_of(const std::set<uuid>& all) {
  array ids(sql_type::uuid);
  for (const auto& id : all) {
    ids.id(id);
  }
  return ids;
}

template <class Map, class Key>
std::int64_t at(const Map& counts, const Key& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

} // namespace

void reference_counts::ask(const precondition& condition) {
  if (const auto* profile = std::get_if<profile_unused>(&condition.what)) {
    profiles_.emplace(profile->tenant.value, profile->id.value);
  } else if (const auto* package = std::get_if<package_unused>(&condition.what)) {
    packages_.insert(package->id.value);
  } else if (const auto* chain = std::get_if<rule_chain_unused>(&condition.what)) {
    rule_chains_.insert(chain->id.value);
  }
}

void reference_counts::queue(connection& to) const {
  const auto limit = static_cast<std::int64_t>(mutations_) + 1;
  if (!profiles_.empty()) {
    array tenants(sql_type::uuid);
    array profiles(sql_type::uuid);
    for (const auto& [tenant, profile] : profiles_) {
      tenants.id(tenant);
      profiles.id(profile);
    }
    to.queue(profile_counts, parameters().list(tenants).list(profiles).number(limit));
  }
  if (!packages_.empty()) {
    to.queue(package_counts, parameters().list(ids_of(packages_)).number(limit));
  }
  if (!rule_chains_.empty()) {
    to.queue(rule_chain_counts, parameters().list(ids_of(rule_chains_)));
  }
}

void reference_counts::read(std::span<const rows> answers) {
  std::size_t next = 0;
  if (!profiles_.empty()) {
    const rows& found = answers[next++];
    for (std::size_t i = 0; i < found.size(); ++i) {
      devices_[{found.id(i, 0), found.id(i, 1)}] = found.number(i, 2);
      references_[found.id(i, 1)] = found.number(i, 3);
    }
  }
  for (const auto* asked : {&packages_, &rule_chains_}) {
    if (asked->empty()) {
      continue;
    }
    const rows& found = answers[next++];
    for (std::size_t i = 0; i < found.size(); ++i) {
      references_[found.id(i, 0)] = found.number(i, 1);
    }
  }
}

bool reference_counts::is_unused(const profile_unused& which) const {
  return at(devices_, tenants_profile{which.tenant.value, which.id.value}) <= 0 &&
         at(references_, which.id.value) <= 0;
}

bool reference_counts::is_unused(const package_unused& which) const {
  return at(references_, which.id.value) <= 0;
}

bool reference_counts::is_unused(const rule_chain_unused& which) const {
  return at(references_, which.id.value) <= 0;
}

void reference_counts::count(const device_info& row, int change) {
  devices_[{row.tenant.value, row.profile.value}] += change;
  for (const auto& package : {row.firmware, row.software}) {
    if (package) {
      references_[package->value] += change;
    }
  }
}

void reference_counts::count(const device_profile& row, int change) {
  for (const auto& package : {row.firmware, row.software}) {
    if (package) {
      references_[package->value] += change;
    }
  }
  if (row.default_rule_chain) {
    references_[row.default_rule_chain->value] += change;
  }
}

void reference_counts::count(const package_info& row, int change) {
  if (row.profile) {
    references_[row.profile->value] += change;
  }
}

} // namespace muster::persistence::postgres
