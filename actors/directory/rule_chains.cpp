#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/directory/rule_chain_checks.hpp"
#include "actors/rules/chains/chain_entrances.hpp"
#include "actors/rules/chains/default_chain.hpp"
#include "actors/rules/chains/graph_checks.hpp"
#include "actors/rules/chains/output_labels.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace muster {

namespace {

constexpr std::uint32_t chains_at_once = 1'000;

/// Nodes of the chain by their identifier, each once; all others are new.
void identify(std::vector<rule_node>& nodes, const rule_chain& before, timestamp now) {
  std::map<rule_node_id, timestamp> known;
  for (const auto& node : before.nodes) {
    known.emplace(node.id, node.created);
  }
  for (auto& node : nodes) {
    const auto old = known.extract(node.id);
    node.created = old.empty() ? now : old.mapped();
    if (old.empty()) {
      node.id = rule_node_id{ordered_uuid(now)};
    }
  }
}

} // namespace

result<rule_chain> directory::own_rule_chain(const caller& who, const rule_chain_id& id) {
  auto found = required(needs_.rows.read_rule_chain(id), missing(rule_chain_kind, id.value));
  if (found && found->tenant != who.tenant) {
    return tl::unexpected(missing(rule_chain_kind, id.value));
  }
  return found;
}

result<void> directory::check_chains(const std::vector<rule_chain>& changed,
                                     preconditions& rests_on) {
  std::map<rule_chain_id, rule_chain> reached;
  for (const auto& one : changed) {
    reached.emplace(one.id, one);
  }
  std::vector<rule_chain> open = changed;
  while (!open.empty()) {
    const rule_chain from = std::move(open.back());
    open.pop_back();
    for (const auto& entrance : entrances_of(from)) {
      if (reached.contains(entrance.target)) {
        continue;
      }
      auto next = needs_.rows.read_rule_chain(entrance.target);
      if (!next) {
        return tl::unexpected(std::move(next.error()));
      }
      if (*next && (*next)->tenant == from.tenant) {
        rests_on.push_back(is_still(**next));
        open.push_back(**next);
        reached.emplace(entrance.target, std::move(**next));
      }
    }
  }
  for (const auto& one : changed) {
    if (auto good = check_entrances(reached, one.id); !good) {
      return good;
    }
  }
  return {};
}

void directory::start(save_rule_chain what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  if (auto named = not_blank(what.chain.name, "Rule chain name"); !named) {
    return to.answer(std::move(named.error()));
  }
  std::optional<rule_chain> before;
  if (!is_new(what.chain.id)) {
    auto found = own_rule_chain(what.who, what.chain.id);
    if (!found) {
      return to.answer(std::move(found.error()));
    }
    if (auto same = same_version(*found, what.expected_version, rule_chain_kind); !same) {
      return to.answer(std::move(same.error()));
    }
    before = std::move(*found);
  }
  rule_chain after = before.value_or(rule_chain{});
  preconditions rests_on{{persistence::tenant_is{*tenant, 0}, missing("Tenant", tenant->value)}};
  if (before) {
    rests_on.push_back(is_still(*before));
    ++after.version;
  } else {
    after.created = now();
    after.id = rule_chain_id{ordered_uuid(after.created)};
    after.tenant = *tenant;
  }
  after.name = std::move(what.chain.name);
  after.debug_mode = what.chain.debug_mode;
  after.configuration = std::move(what.chain.configuration);
  after.additional_info = std::move(what.chain.additional_info);
  if (what.chain.root && !after.root) {
    after.root = true;
    rests_on.push_back(
        {persistence::root_chain_free{*tenant},
         {error_code::invalid, "Another root rule chain is present in scope of current tenant!"}});
  }
  const auto action = before ? audit_action::updated : audit_action::added;
  submit({persistence::put_rule_chain{std::move(before), after},
          audit(what.who, action, entity_type::rule_chain, after.id.value, after.name)},
         std::move(rests_on), after, std::move(to));
}

result<void> directory::follow_labels(const caller& who, const rule_chain& before,
                                      const rule_chain& after, mutations& changes,
                                      preconditions& rests_on) {
  const auto renamed = renamed_labels(before, after);
  page_link link;
  link.size = chains_at_once;
  for (bool more = !renamed.empty(); more; ++link.page) {
    const auto some = needs_.rows.list_rule_chains(after.tenant, link);
    if (!some) {
      return tl::unexpected(some.error());
    }
    for (const auto& one : some->data) {
      rule_chain caller_chain = one;
      if (!rename_connections(caller_chain, after.id, renamed)) {
        continue;
      }
      ++caller_chain.version;
      rests_on.push_back(is_still(one));
      changes.push_back(
          audit(who, audit_action::updated, entity_type::rule_chain, one.id.value, one.name));
      changes.emplace_back(persistence::put_rule_chain{one, std::move(caller_chain)});
    }
    more = some->has_next;
  }
  return {};
}

void directory::start(save_rule_graph what, reply_handle to) {
  if (const auto tenant = administered_tenant(what.who); !tenant) {
    return to.answer(tenant.error());
  }
  const auto before = own_rule_chain(what.who, what.chain);
  if (!before) {
    return to.answer(before.error());
  }
  if (auto same = same_version(*before, what.expected_version, rule_chain_kind); !same) {
    return to.answer(std::move(same.error()));
  }
  rule_chain after = *before;
  ++after.version;
  after.first_node = what.first_node;
  after.nodes = std::move(what.nodes);
  after.connections = std::move(what.connections);
  identify(after.nodes, *before, now());
  end_debugging(after.nodes, now());
  mutations changes{
      persistence::put_rule_chain{*before, after},
      audit(what.who, audit_action::updated, entity_type::rule_chain, after.id.value, after.name)};
  preconditions rests_on{is_still(*before)};
  auto good =
      check_graph(after).and_then([&] { return check_chains({after}, rests_on); }).and_then([&] {
        return what.update_related ? follow_labels(what.who, *before, after, changes, rests_on)
                                   : result<void>();
      });
  if (!good) {
    return to.answer(std::move(good.error()));
  }
  submit(std::move(changes), std::move(rests_on), after, std::move(to));
}

void directory::start(const make_root_rule_chain& what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  const auto chosen = own_rule_chain(what.who, what.id);
  if (!chosen) {
    return to.answer(chosen.error());
  }
  if (chosen->root) {
    return to.answer(*chosen);
  }
  const auto present = needs_.rows.find_root_rule_chain(*tenant);
  if (!present) {
    return to.answer(present.error());
  }
  mutations changes;
  preconditions rests_on{is_still(*chosen)};
  if (*present) {
    rule_chain former = **present;
    former.root = false;
    ++former.version;
    rests_on.push_back(is_still(**present));
    changes.push_back(audit(what.who, audit_action::updated, entity_type::rule_chain,
                            former.id.value, former.name));
    changes.emplace_back(persistence::put_rule_chain{**present, std::move(former)});
  } else {
    rests_on.push_back({persistence::root_chain_free{*tenant}, changed_by_others(rule_chain_kind)});
  }
  rule_chain after = *chosen;
  after.root = true;
  ++after.version;
  changes.emplace_back(persistence::put_rule_chain{*chosen, after});
  changes.push_back(
      audit(what.who, audit_action::updated, entity_type::rule_chain, after.id.value, after.name));
  submit(std::move(changes), std::move(rests_on), after, std::move(to));
}

void directory::start(const make_default_rule_chain& what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  if (auto named = not_blank(what.name, "Rule chain name"); !named) {
    return to.answer(std::move(named.error()));
  }
  const rule_chain made = default_chain(*tenant, what.name, now());
  submit({persistence::put_rule_chain{std::nullopt, made},
          audit(what.who, audit_action::added, entity_type::rule_chain, made.id.value, made.name)},
         {{persistence::tenant_is{*tenant, 0}, missing("Tenant", tenant->value)}}, made,
         std::move(to));
}

void directory::start(const delete_rule_chain& what, reply_handle to) {
  if (const auto tenant = administered_tenant(what.who); !tenant) {
    return to.answer(tenant.error());
  }
  const auto gone = own_rule_chain(what.who, what.id);
  if (!gone) {
    return to.answer(gone.error());
  }
  if (gone->root) {
    return to.answer(
        error{error_code::invalid, "Deletion of Tenant Root Rule Chain is prohibited!"});
  }
  submit(
      {persistence::erase_rule_chain{*gone},
       audit(what.who, audit_action::deleted, entity_type::rule_chain, gone->id.value, gone->name)},
      {is_still(*gone),
       {persistence::rule_chain_unused{gone->id},
        {error_code::invalid,
         "The rule chain referenced by the device profiles cannot be deleted!"}}},
      done{}, std::move(to));
}

} // namespace muster
