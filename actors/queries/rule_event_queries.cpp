#include "actors/queries/answering.hpp"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

constexpr std::uint32_t chains_at_once = 1'000;

} // namespace

result<rule_chain> chain_of_node(persistence::store& rows, const tenant_id& tenant,
                                 const rule_node_id& node) {
  page_link link;
  link.size = chains_at_once;
  for (bool more = true; more; ++link.page) {
    auto some = rows.list_rule_chains(tenant, link);
    if (!some) {
      return tl::unexpected(std::move(some.error()));
    }
    for (auto& chain : some->data) {
      if (std::ranges::find(chain.nodes, node, &rule_node::id) != chain.nodes.end()) {
        return std::move(chain);
      }
    }
    more = some->has_next;
  }
  return fail(error_code::not_found);
}

reply answering::operator()(const list_rule_events& what) {
  if (what.who.role != authority::tenant_administrator || !what.who.tenant) {
    return forbidden();
  }
  persistence::rule_event_list which{*what.who.tenant, {}, what.filter};
  if (const auto* node = std::get_if<rule_node_id>(&what.of)) {
    which.nodes = {*node};
  } else {
    const auto chain = rows_.read_rule_chain(std::get<rule_chain_id>(what.of));
    if (!chain) {
      return chain.error();
    }
    if (!*chain || (*chain)->tenant != what.who.tenant) {
      return error{error_code::not_found, {}};
    }
    for (const auto& one : (*chain)->nodes) {
      which.nodes.push_back(one.id);
    }
  }
  return whole(rows_.list_rule_events(which, what.link));
}

} // namespace muster
