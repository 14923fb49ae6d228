#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/directory/rule_chain_checks.hpp"

#include <utility>

namespace muster {

void directory::start(const clear_rule_events& what, reply_handle to) {
  const auto tenant = administered_tenant(what.who);
  if (!tenant) {
    return to.answer(tenant.error());
  }
  const auto* node = std::get_if<rule_node_id>(&what.of);
  const auto chain = node != nullptr ? chain_of_node(needs_.rows, *tenant, *node)
                                     : own_rule_chain(what.who, std::get<rule_chain_id>(what.of));
  if (!chain) {
    return to.answer(chain.error());
  }
  mutations changes;
  for (const auto& one : chain->nodes) {
    if (node == nullptr || one.id == *node) {
      changes.emplace_back(persistence::erase_rule_events{one.id, what.start, what.end});
    }
  }
  submit(std::move(changes), {}, done{}, std::move(to));
}

} // namespace muster
