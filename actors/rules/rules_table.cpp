#include "actors/rules/rules_table.hpp"

#include "actors/rules/alarms/calculated_fields.hpp"
#include "actors/rules/engine/rule_chains.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace muster {

namespace {

/// Chains read at a time.
constexpr std::size_t chain_piece = 100;

/// Entries 1, 2..3, 4..7, ... lie in blocks 0, 1, 2, ...
std::size_t block_of(std::uint32_t number) noexcept {
  return static_cast<std::size_t>(std::bit_width(number)) - 1;
}

/// A profile's chain that is gone counts as none.
void enter_chain(device_rules& rules, const std::shared_ptr<const rule_chains>& chains,
                 const std::optional<rule_chain_id>& of_profile) {
  const ready_chain* entry = of_profile ? chains->find(*of_profile) : nullptr;
  if (entry == nullptr && chains->root) {
    entry = chains->find(*chains->root);
  }
  if (entry == nullptr) {
    return;
  }
  rules.chains = chains;
  rules.entry = entry;
  rules.shortcuts = find_shortcuts(*entry);
}

void find_debugged(rule_chains& all, const tenant_id& tenant) {
  all.debugged =
      std::ranges::any_of(all.chains, [](const auto& one) { return one.second->debugged; });
  if (all.debugged && all.debug_events == nullptr) {
    all.debug_events = std::make_shared<debug_budget>(tenant);
  }
}

/// Null: none.
std::shared_ptr<const alarm_programs> alarms_of(const device_profile& profile) {
  auto programs = programs_of(profile);
  return programs.empty() ? nullptr : std::make_shared<const alarm_programs>(std::move(programs));
}

} // namespace

rules_table::~rules_table() {
  for (auto& block : blocks_) {
    delete[] block.load();
  }
}

const rules_entry* rules_table::at(std::uint32_t number) const noexcept {
  if (number == 0) {
    return nullptr;
  }
  const std::size_t block = block_of(number);
  return blocks_[block].load(std::memory_order_acquire) + (number - (std::uint32_t{1} << block));
}

rules_entry& rules_table::make_entry() {
  const std::uint32_t number = entries_ + 1;
  const std::size_t block = block_of(number);
  const std::uint32_t first = std::uint32_t{1} << block;
  if (number == first) {
    blocks_[block].store(new rules_entry[first], std::memory_order_release);
  }
  entries_ = number;
  rules_entry& made = blocks_[block].load(std::memory_order_relaxed)[number - first];
  made.number(number);
  return made;
}

rules_table::profile_part& rules_table::place(const tenant_id& tenant, const profile_id& profile) {
  auto [found, made] = profiles_.try_emplace(profile);
  if (made) {
    found->second.tenant = tenant;
    found->second.entry = &make_entry();
    tenants_[tenant].profiles.push_back(profile);
  }
  return found->second;
}

void rules_table::compose_for(const profile_id& id, const tenant_part& tenant) {
  const auto& part = profiles_.at(id);
  device_rules now = compose(part.rules, tenant.limits);
  now.tenant = part.tenant;
  now.profile = id;
  now.tenant_gone = tenant.gone;
  now.alarms = part.alarms;
  if (now.alarms) {
    now.asked = asked_by(*now.alarms);
  }
  now.scripts = &scripts_;
  now.owners = &owners_;
  if (tenant.chains) {
    enter_chain(now, tenant.chains, part.chain);
  }
  if (*part.entry->get() != now) {
    part.entry->set(std::move(now));
  }
}

void rules_table::compose_all(const tenant_part& tenant) {
  for (const auto& id : tenant.profiles) {
    compose_for(id, tenant);
  }
}

std::pair<const rules_entry*, bool> rules_table::peek(const tenant_id& tenant,
                                                      const profile_id& profile) {
  const std::lock_guard guard(mutex_);
  const auto& part = place(tenant, profile);
  const auto& of = tenants_[tenant];
  return {part.entry, part.loaded && of.loaded && of.chains_loaded};
}

result<const rules_entry*> rules_table::get(const tenant_id& tenant, const profile_id& profile) {
  // The places are there before the reads, so that news of a commit finds them.
  const auto [entry, known] = peek(tenant, profile);
  if (known) {
    return entry;
  }
  if (auto read = load_tenant(tenant); !read) {
    return tl::unexpected(std::move(read.error()));
  }
  if (auto read = load_profile(profile); !read) {
    return tl::unexpected(std::move(read.error()));
  }
  if (auto read = load_chains(tenant); !read) {
    return tl::unexpected(std::move(read.error()));
  }
  return entry;
}

result<void> rules_table::load_tenant(const tenant_id& tenant) {
  const auto row = rows_.read_tenant(tenant);
  if (!row) {
    return tl::unexpected(row.error());
  }
  if (*row) {
    changed(**row);
  } else {
    deleted(tenant);
  }
  return {};
}

result<void> rules_table::load_profile(const profile_id& profile) {
  const auto row = rows_.read_profile(profile);
  if (!row) {
    return tl::unexpected(row.error());
  }
  if (*row) {
    changed(**row);
    return {};
  }
  // A profile that is gone has no rules; its devices are being moved or removed.
  const std::lock_guard guard(mutex_);
  auto& part = profiles_.at(profile);
  part.loaded = true;
  compose_for(profile, tenants_.at(part.tenant));
  return {};
}

result<void> rules_table::load_chains(const tenant_id& tenant) {
  page_link link;
  link.size = chain_piece;
  for (bool more = true; more; ++link.page) {
    const auto page = rows_.list_rule_chains(tenant, link);
    if (!page) {
      return tl::unexpected(page.error());
    }
    for (const auto& chain : page->data) {
      changed(chain);
    }
    more = page->has_next;
  }
  const std::lock_guard guard(mutex_);
  auto& part = tenants_.at(tenant);
  part.chains_loaded = true;
  compose_all(part);
  return {};
}

std::vector<std::pair<tenant_id, std::shared_ptr<const rule_chains>>> rules_table::chains() const {
  std::vector<std::pair<tenant_id, std::shared_ptr<const rule_chains>>> all;
  const std::lock_guard guard(mutex_);
  for (const auto& [id, part] : tenants_) {
    if (part.chains) {
      all.emplace_back(id, part.chains);
    }
  }
  return all;
}

void rules_table::distrust() {
  owners_.distrust();
  const std::lock_guard guard(mutex_);
  for (auto& [id, part] : tenants_) {
    // Nothing is newer than that a tenant is gone.
    part.loaded = part.gone;
    part.chains_loaded = part.gone;
  }
  for (auto& [id, part] : profiles_) {
    part.loaded = false;
  }
}

void rules_table::changed(const device_profile& profile) {
  const std::lock_guard guard(mutex_);
  const auto found = profiles_.find(profile.id);
  if (found == profiles_.end() || profile.version < found->second.version) {
    return;
  }
  auto& part = found->second;
  part.version = profile.version;
  part.rules = profile.rules;
  part.chain = profile.default_rule_chain;
  part.alarms = alarms_of(profile);
  part.loaded = true;
  compose_for(profile.id, tenants_.at(part.tenant));
}

void rules_table::changed(const tenant& now) {
  const std::lock_guard guard(mutex_);
  const auto found = tenants_.find(now.id);
  if (found == tenants_.end() || found->second.gone || now.version < found->second.version) {
    return;
  }
  auto& part = found->second;
  part.version = now.version;
  part.limits = now.limits;
  part.loaded = true;
  compose_all(part);
}

void rules_table::deleted(const tenant_id& tenant) {
  const std::lock_guard guard(mutex_);
  auto& part = tenants_[tenant];
  part.gone = true;
  part.loaded = true;
  compose_all(part);
}

void rules_table::changed(const rule_chain& chain) {
  const std::lock_guard guard(mutex_);
  const auto found = tenants_.find(chain.tenant);
  if (found == tenants_.end() || found->second.deleted_chains.contains(chain.id)) {
    return;
  }
  auto& part = found->second;
  const ready_chain* known = part.chains ? part.chains->find(chain.id) : nullptr;
  if (known != nullptr && chain.version <= known->version) {
    return;
  }
  auto next =
      part.chains ? std::make_shared<rule_chains>(*part.chains) : std::make_shared<rule_chains>();
  next->scripts = &scripts_;
  next->timed = &timed_;
  next->chains[chain.id] = make_ready(chain, scripts_);
  // A root ends when another one begins: what is heard first, there is one at any time.
  if (chain.root) {
    next->root = chain.id;
  }
  find_debugged(*next, chain.tenant);
  part.chains = std::move(next);
  compose_all(part);
}

void rules_table::deleted(const tenant_id& tenant, const rule_chain_id& chain) {
  const std::lock_guard guard(mutex_);
  const auto found = tenants_.find(tenant);
  if (found == tenants_.end()) {
    return;
  }
  auto& part = found->second;
  part.deleted_chains.insert(chain);
  if (!part.chains || part.chains->find(chain) == nullptr) {
    return;
  }
  auto next = std::make_shared<rule_chains>(*part.chains);
  next->chains.erase(chain);
  find_debugged(*next, tenant);
  part.chains = std::move(next);
  compose_all(part);
}

void rules_table::deleted(const rule_chain_id& chain) {
  std::optional<tenant_id> owner;
  {
    const std::lock_guard guard(mutex_);
    for (const auto& [id, part] : tenants_) {
      if (part.chains && part.chains->find(chain) != nullptr) {
        owner = id;
      }
    }
  }
  if (owner) {
    deleted(*owner, chain);
  }
}

} // namespace muster
