#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/directory/rule_chain_checks.hpp"
#include "actors/rules/chains/chain_file.hpp"
#include "actors/rules/chains/graph_checks.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace muster {

namespace {

/// A chain of a file and the one that it replaces, if any.
struct placed_chain {
  std::optional<rule_chain> before;
  rule_chain after;
};

/// The tenant's chain of that name that none of the file replaces yet; of several the oldest.
result<std::optional<rule_chain>> chain_named(persistence::store& rows, const tenant_id& tenant,
                                              const std::string& name,
                                              const std::vector<placed_chain>& placed) {
  const auto taken = [&](const rule_chain& one) {
    return std::ranges::any_of(placed, [&](const auto& p) { return p.after.id == one.id; });
  };
  page_link link;
  link.size = 1'000;
  link.text_search = name;
  for (;; ++link.page) {
    auto some = rows.list_rule_chains(tenant, link);
    if (!some) {
      return tl::unexpected(std::move(some.error()));
    }
    for (auto& one : some->data) {
      if (one.name == name && !taken(one)) {
        return std::move(one);
      }
    }
    if (!some->has_next) {
      return std::nullopt;
    }
  }
}

/// What a chain of a file is in the tenant, apart from its nodes.
placed_chain place(std::optional<rule_chain> before, rule_chain from_file, const tenant_id& tenant,
                   timestamp now) {
  placed_chain made{std::move(before), std::move(from_file)};
  const auto& old = made.before;
  made.after.id = old ? old->id : rule_chain_id{ordered_uuid(now)};
  made.after.created = old ? old->created : now;
  made.after.tenant = tenant;
  made.after.root = old && old->root;
  made.after.version = old ? old->version + 1 : 1;
  return made;
}

/// The nodes of chains of a file are new, whatever they were.
result<void> finish(rule_chain& chain, const std::map<rule_chain_id, rule_chain_id>& own,
                    timestamp now) {
  settle(chain, own, chain.tenant);
  end_debugging(chain.nodes, now);
  for (auto& node : chain.nodes) {
    node.id = rule_node_id{ordered_uuid(now)};
    node.created = now;
  }
  return check_graph(chain).map_error([&](error why) {
    why.message = "Rule chain '" + chain.name + "': " + why.message;
    return why;
  });
}

} // namespace

void directory::start(import_rule_chains what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  const timestamp time = now();
  std::vector<placed_chain> placed;
  std::map<rule_chain_id, rule_chain_id> own;
  for (auto& one : what.chains) {
    auto before = not_blank(one.name, "Rule chain name").and_then([&] {
      return what.overwrite ? chain_named(needs_.rows, *tenant, one.name, placed)
                            : result<std::optional<rule_chain>>(std::nullopt);
    });
    if (!before) {
      return to.answer(std::move(before.error()));
    }
    const auto in_file = one.id;
    placed.push_back(place(std::move(*before), std::move(one), *tenant, time));
    own.emplace(in_file, placed.back().after.id);
  }
  std::vector<rule_chain> changed;
  for (auto& one : placed) {
    if (auto good = finish(one.after, own, time); !good) {
      return to.answer(std::move(good.error()));
    }
    changed.push_back(one.after);
  }
  preconditions rests_on{{persistence::tenant_is{*tenant, 0}, missing("Tenant", tenant->value)}};
  if (auto good = check_chains(changed, rests_on); !good) {
    return to.answer(std::move(good.error()));
  }
  mutations changes;
  std::vector<imported_rule_chain> answers;
  for (auto& [before, after] : placed) {
    if (before) {
      rests_on.push_back(is_still(*before));
    }
    const auto action = before ? audit_action::updated : audit_action::added;
    answers.push_back({after.id, after.name, before.has_value()});
    changes.push_back(audit(what.who, action, entity_type::rule_chain, after.id.value, after.name));
    changes.emplace_back(persistence::put_rule_chain{std::move(before), std::move(after)});
  }
  submit(std::move(changes), std::move(rests_on), std::move(answers), std::move(to));
}

} // namespace muster
